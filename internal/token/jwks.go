package token

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/go-jose/go-jose/v4"
)

// JWKS returns the key set of a pool as JSON (RFC 7517): every key whose
// tokens may still be valid. It returns idp.ErrPoolNotFound if there is no
// such pool.
func (s *Service) JWKS(ctx context.Context, poolID string) ([]byte, error) {
	pool, err := s.Catalog.Pool(ctx, poolID)
	if err != nil {
		return nil, err
	}
	ring, err := s.ring(ctx, pool)
	if err != nil {
		return nil, err
	}
	return slices.Clone(ring.jwks), nil
}

func encodeJWKS(keys []*ringKey) ([]byte, error) {
	set := jose.JSONWebKeySet{Keys: make([]jose.JSONWebKey, 0, len(keys))}
	for _, k := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{
			Key: &k.private.PublicKey, KeyID: k.ID, Algorithm: string(jose.RS256), Use: "sig",
		})
	}
	b, err := json.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("encoding key set: %w", err)
	}
	return b, nil
}

// discovery is the document of OpenID Connect Discovery 1.0, section 3, of a
// pool without a domain: there are no endpoints to name but the key set.
type discovery struct {
	SigningAlgorithms []string `json:"id_token_signing_alg_values_supported"`
	Issuer            string   `json:"issuer"`
	JWKSURI           string   `json:"jwks_uri"`
	ResponseTypes     []string `json:"response_types_supported"`
	Scopes            []string `json:"scopes_supported"`
	SubjectTypes      []string `json:"subject_types_supported"`
	AuthMethods       []string `json:"token_endpoint_auth_methods_supported"`
}

// Discovery returns the openid-configuration of a pool as JSON. It returns
// idp.ErrPoolNotFound if there is no such pool.
func (s *Service) Discovery(ctx context.Context, poolID string) ([]byte, error) {
	pool, err := s.Catalog.Pool(ctx, poolID)
	if err != nil {
		return nil, err
	}
	issuer := s.Issuer(pool.ID)
	return json.Marshal(discovery{
		SigningAlgorithms: []string{string(jose.RS256)},
		Issuer:            issuer,
		JWKSURI:           issuer + "/.well-known/jwks.json",
		ResponseTypes:     []string{"code", "token"},
		Scopes:            []string{"openid", "email", "phone", "profile"},
		SubjectTypes:      []string{"public"},
		AuthMethods:       []string{"client_secret_basic", "client_secret_post"},
	})
}
