package idp

import (
	"slices"

	"rockpool/internal/cognito"
)

// MaxClientSecrets is how many secrets a client may have at once: the one that
// its applications still use, and the one that they change to.
const MaxClientSecrets = 2

// Errors about the secrets of a client.
var (
	ErrTooManySecrets   = &Error{"LimitExceededException", "The app client has the maximum number of client secrets already."}
	ErrNoSecret         = InvalidParameter("A secret cannot be added to an app client that was created without one.")
	ErrLastSecret       = InvalidParameter("The last secret of an app client cannot be deleted.")
	ErrRegisteredClient = InvalidParameter("The secrets of an app client that registered itself cannot be managed.")
)

// ErrSecretNotFound means that a client does not have the secret of an id.
func ErrSecretNotFound(id string) *Error {
	return &Error{"ResourceNotFoundException", "Client secret " + id + " does not exist."}
}

// CheckSecretsManaged tells whether the secrets of the client are its owner's
// to list and change.
func (c *Client) CheckSecretsManaged() error {
	if c.Settings.ClientType == cognito.ClientTypeDcr {
		return ErrRegisteredClient
	}
	return nil
}

// CheckSecretAddable tells whether the client may get one more secret. A
// public client stays one: its applications could not keep a secret.
func (c *Client) CheckSecretAddable() error {
	if err := c.CheckSecretsManaged(); err != nil {
		return err
	}
	switch n := len(c.Secrets); {
	case n == 0:
		return ErrNoSecret
	case n >= MaxClientSecrets:
		return ErrTooManySecrets
	}
	return nil
}

// HasSecretID tells whether a live secret of the client has an id.
func (c *Client) HasSecretID(id string) bool { return c.secretIndex(id) >= 0 }

// DeleteSecret takes a secret away, unless it is the last one.
func (c *Client) DeleteSecret(id string) error {
	if err := c.CheckSecretsManaged(); err != nil {
		return err
	}
	i := c.secretIndex(id)
	switch {
	case i < 0:
		return ErrSecretNotFound(id)
	case len(c.Secrets) == 1:
		return ErrLastSecret
	}
	c.Secrets = slices.Delete(c.Secrets, i, i+1)
	return nil
}

func (c *Client) secretIndex(id string) int {
	return slices.IndexFunc(c.Secrets, func(s ClientSecret) bool { return s.ID == id })
}
