package catalog

import (
	"fmt"

	"rockpool/internal/secret"
)

// PurposeClientSecret is the purpose under which client secrets are sealed
// with the pool's key; the id is the id of the secret.
const PurposeClientSecret = "client-secret"

// HasSecret tells whether the client is a confidential one.
func (c *Client) HasSecret() bool { return len(c.Secrets) > 0 }

// OpenSecrets returns the client's live secrets in the clear, newest last.
func (c *Client) OpenSecrets() ([]string, error) {
	out := make([]string, len(c.Secrets))
	for i, s := range c.Secrets {
		clear, err := c.Pool.Key.Open(PurposeClientSecret, s.ID, s.Sealed)
		if err != nil {
			return nil, fmt.Errorf("opening secret of client %s: %w", c.ID, err)
		}
		out[i] = string(clear)
	}
	return out, nil
}

// CheckSecretHash tells whether hash is the SecretHash of the username under
// one of the client's secrets. The username is the one that was sent, byte by
// byte.
func (c *Client) CheckSecretHash(username, hash string) (bool, error) {
	secrets, err := c.OpenSecrets()
	if err != nil {
		return false, err
	}
	return secret.CheckSecretHash(secrets, username, c.ID, hash), nil
}
