package ops

import (
	"errors"
	"fmt"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// newResourceServer is a resource server from the members of a request,
// checked. An empty list of scopes is shown like none.
func newResourceServer(poolID, identifier, name string, scopes []*cognito.ResourceServerScopeType) (*idp.ResourceServer, error) {
	r := &idp.ResourceServer{PoolID: poolID, Identifier: identifier, Name: name}
	if len(scopes) > 0 {
		r.Scopes = scopes
	}
	if err := r.Check(); err != nil {
		return nil, err
	}
	return r, nil
}

// checkScopes checks the scopes of a client against the resource servers of
// its pool. Who has but the service's own scopes costs no reading.
func checkScopes(tx store.Tx, c *idp.Client) error {
	scopes := c.Settings.AllowedOAuthScopes
	if !idp.NeedsResourceServer(scopes) {
		return nil
	}
	servers, err := tx.ListResourceServers(c.PoolID, "", idp.MaxResourceServersPerPool)
	if err != nil {
		return fmt.Errorf("reading resource servers: %w", err)
	}
	return idp.CheckScopes(scopes, servers)
}

// resourceServerError gives a resource server that is not there its error.
func resourceServerError(err error, identifier string) error {
	if errors.Is(err, store.ErrNotFound) {
		return idp.ErrResourceServerNotFound(identifier)
	}
	if err != nil {
		return fmt.Errorf("resource server: %w", err)
	}
	return nil
}

// describeResourceServer is a resource server as its owner sees it.
func describeResourceServer(r *idp.ResourceServer) *cognito.ResourceServerType {
	return &cognito.ResourceServerType{
		UserPoolID: r.PoolID,
		Identifier: r.Identifier,
		Name:       r.Name,
		Scopes:     r.Scopes,
	}
}
