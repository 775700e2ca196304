package exceptiontest_test

import (
	"context"
	"fmt"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// Of pools, app clients, groups and resource servers.
var poolCauses = map[string]cause{
	"AddUserPoolClientSecret/LimitExceededException": func(s *stage) error {
		client := s.newClient(s.pool, req{"GenerateSecret": true})
		s.must("AddUserPoolClientSecret", req{"UserPoolId": s.pool, "ClientId": client}, nil)
		return s.answer(req{"ClientId": client})
	},
	"CreateGroup/GroupExistsException": func(s *stage) error {
		s.must("CreateGroup", req{"UserPoolId": s.pool, "GroupName": "twice"}, nil)
		return s.answer(req{"GroupName": "twice"})
	},
	"CreateGroup/LimitExceededException": func(s *stage) error {
		pool := s.newPool(nil)
		s.put(func(tx store.Tx) error {
			for i := range idp.MaxGroupsPerPool {
				if err := tx.CreateGroup(&idp.Group{PoolID: pool, Name: fmt.Sprintf("g%05d", i), Created: s.Clock.Now(), Modified: s.Clock.Now()}); err != nil {
					return err
				}
			}
			return nil
		})
		return s.answer(req{"UserPoolId": pool})
	},
	"CreateResourceServer/LimitExceededException": func(s *stage) error {
		pool := s.newPool(nil)
		for i := range idp.MaxResourceServersPerPool {
			s.must("CreateResourceServer", req{"UserPoolId": pool, "Identifier": fmt.Sprintf("r%02d", i), "Name": "n"}, nil)
		}
		return s.answer(req{"UserPoolId": pool})
	},
	"CreateUserPool/LimitExceededException": func(s *stage) error {
		s = s.alone()
		one := s.newPool(nil)
		s.put(func(tx store.Tx) error {
			p, err := tx.Pool(one)
			for i := 1; i < idp.MaxPools && err == nil; i++ {
				p.ID = fmt.Sprintf("%s%04d", one[:len(one)-4], i)
				err = tx.CreatePool(p)
			}
			return err
		})
		return s.answer()
	},
	"CreateUserPoolClient/LimitExceededException": func(s *stage) error {
		pool := s.newPool(nil)
		one := s.newClient(pool, nil)
		s.put(func(tx store.Tx) error {
			c, err := tx.Client(one)
			for i := 1; i < idp.MaxClientsPerPool && err == nil; i++ {
				c.ID = fmt.Sprintf("%s%04d", one[:len(one)-4], i)
				err = tx.CreateClient(c)
			}
			return err
		})
		return s.answer(req{"UserPoolId": pool})
	},

	"CreateUserPool/UserPoolTaggingException": func(s *stage) error {
		return s.answer(req{"UserPoolTags": req{"aws:owner": "ada"}})
	},
	"UpdateUserPool/UserPoolTaggingException": func(s *stage) error {
		return s.answer(req{"UserPoolId": s.newPool(nil), "UserPoolTags": req{"aws:owner": "ada"}})
	},
	"UpdateUserPool/TierChangeNotAllowedException": func(s *stage) error {
		pool := s.newPool(req{"Policies": remembersPasswords})
		return s.answer(req{"UserPoolId": pool, "UserPoolTier": "LITE", "Policies": remembersPasswords})
	},

	"CreateUserPool/FeatureUnavailableInTierException": func(s *stage) error {
		return s.answer(req{"UserPoolTier": "LITE", "Policies": remembersPasswords})
	},
	"UpdateUserPool/FeatureUnavailableInTierException": func(s *stage) error {
		return s.answer(s.lite(), req{"Policies": remembersPasswords})
	},
	"SetUserPoolMfaConfig/FeatureUnavailableInTierException": func(s *stage) error {
		return s.answer(s.lite(), req{"WebAuthnConfiguration": req{"RelyingPartyId": "example.com"}})
	},
	"SetUserPoolSessionConfiguration/FeatureUnavailableInTierException": func(s *stage) error {
		return s.answer(s.lite())
	},
	"SetUserPoolClientSessionConfiguration/FeatureUnavailableInTierException": func(s *stage) error {
		pool := s.lite()
		return s.answer(pool, req{"ClientId": s.newClient(pool["UserPoolId"].(string), req{"ExplicitAuthFlows": passwordFlows})})
	},
	"CreateUserPoolClient/FeatureUnavailableInTierException": func(s *stage) error {
		return s.answer(s.lite(), req{"ExplicitAuthFlows": []string{"ALLOW_USER_AUTH"}})
	},
	"UpdateUserPoolClient/FeatureUnavailableInTierException": func(s *stage) error {
		pool := s.lite()
		client := s.newClient(pool["UserPoolId"].(string), req{"ExplicitAuthFlows": passwordFlows})
		return s.answer(pool, req{"ClientId": client, "ExplicitAuthFlows": []string{"ALLOW_USER_AUTH"}})
	},

	"CreateUserPoolClient/InvalidOAuthFlowException":  wrongFlows,
	"UpdateUserPoolClient/InvalidOAuthFlowException":  wrongFlows,
	"CreateUserPoolClient/ScopeDoesNotExistException": wrongScope,
	"UpdateUserPoolClient/ScopeDoesNotExistException": wrongScope,

	"UpdateUserPool/ConcurrentModificationException":                        outrun,
	"SetUserPoolMfaConfig/ConcurrentModificationException":                  outrun,
	"SetUserPoolSessionConfiguration/ConcurrentModificationException":       outrun,
	"SetUserPoolClientSessionConfiguration/ConcurrentModificationException": outrun,
	"UpdateUserPoolClient/ConcurrentModificationException":                  outrun,
}

var (
	remembersPasswords = req{"PasswordPolicy": req{"MinimumLength": 8, "PasswordHistorySize": 2}}
	passwordFlows      = []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
)

// lite names a new pool of the smallest plan.
func (s *stage) lite() req { return req{"UserPoolId": s.newPool(req{"UserPoolTier": "LITE"})} }

// A machine's flow does not go with those of people.
func wrongFlows(s *stage) error {
	return s.answer(req{
		"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": []string{"client_credentials", "code"},
		"AllowedOAuthScopes": []string{"openid"}, "CallbackURLs": []string{"https://app.example.com/"},
	})
}

func wrongScope(s *stage) error {
	return s.answer(req{
		"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": []string{"code"},
		"AllowedOAuthScopes": []string{"none/such"}, "CallbackURLs": []string{"https://app.example.com/"},
	})
}

// outrun changes what somebody else has always just changed.
func outrun(s *stage) error { return s.nodes.outrun.Call(s.op.Name, s.request(s.op), nil) }

// late is a store in which what is written was read a moment too early.
type late struct{ store.Store }

func (l late) Update(ctx context.Context, f func(store.Tx) error) error {
	return l.Store.Update(ctx, func(tx store.Tx) error { return f(lateTx{tx}) })
}

type lateTx struct{ store.Tx }

func (tx lateTx) UpdatePool(p *idp.UserPool) error {
	p.Version--
	return tx.Tx.UpdatePool(p)
}

func (tx lateTx) UpdateClient(c *idp.Client) error {
	c.Version--
	return tx.Tx.UpdateClient(c)
}
