package ops_test

import (
	"context"
	"fmt"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/store"
)

// conflicts is a store in which, for a while, somebody else is always faster:
// the versions of what is written are those of a moment ago.
type conflicts struct {
	store.Store
	left int
}

func (s *conflicts) Update(ctx context.Context, f func(store.Tx) error) error {
	return s.Store.Update(ctx, func(tx store.Tx) error { return f(&conflictTx{tx, s}) })
}

type conflictTx struct {
	store.Tx
	s *conflicts
}

func (tx *conflictTx) late() bool {
	if tx.s.left == 0 {
		return false
	}
	tx.s.left--
	return true
}

func (tx *conflictTx) UpdatePool(p *idp.UserPool) error {
	if tx.late() {
		p.Version--
	}
	return tx.Tx.UpdatePool(p)
}

func (tx *conflictTx) UpdateClient(c *idp.Client) error {
	if tx.late() {
		c.Version--
	}
	return tx.Tx.UpdateClient(c)
}

// A change that met another one is tried again, and given up with an error
// that the operation declares.
func TestConflicts(t *testing.T) {
	ops := map[string]struct {
		call func(a *testAPI, pool *cognito.UserPoolType, client string) error
		busy error
	}{
		"UpdateUserPool": {func(a *testAPI, p *cognito.UserPoolType, _ string) error {
			_, err := a.UpdateUserPool(t.Context(), &cognito.UpdateUserPoolRequest{UserPoolID: p.ID})
			return err
		}, idp.ErrConcurrentModification},
		"SetUserPoolMfaConfig": {func(a *testAPI, p *cognito.UserPoolType, _ string) error {
			_, err := a.SetUserPoolMfaConfig(t.Context(), &cognito.SetUserPoolMfaConfigRequest{UserPoolID: p.ID})
			return err
		}, idp.ErrConcurrentModification},
		"AddCustomAttributes": {func(a *testAPI, p *cognito.UserPoolType, _ string) error {
			_, err := a.AddCustomAttributes(t.Context(), &cognito.AddCustomAttributesRequest{UserPoolID: p.ID, CustomAttributes: []*cognito.SchemaAttributeType{{Name: "x", AttributeDataType: cognito.AttributeDataString}}})
			return err
		}, idp.ErrTooManyRequests},
		"TagResource": {func(a *testAPI, p *cognito.UserPoolType, _ string) error {
			_, err := a.TagResource(t.Context(), &cognito.TagResourceRequest{ResourceARN: p.ARN, Tags: map[string]string{"a": "1"}})
			return err
		}, idp.ErrTooManyRequests},
		"UntagResource": {func(a *testAPI, p *cognito.UserPoolType, _ string) error {
			_, err := a.UntagResource(t.Context(), &cognito.UntagResourceRequest{ResourceARN: p.ARN, TagKeys: []string{"a"}})
			return err
		}, idp.ErrTooManyRequests},
		"UpdateUserPoolClient": {func(a *testAPI, p *cognito.UserPoolType, client string) error {
			_, err := a.UpdateUserPoolClient(t.Context(), &cognito.UpdateUserPoolClientRequest{UserPoolID: p.ID, ClientID: client})
			return err
		}, idp.ErrConcurrentModification},
		"SetUserPoolSessionConfiguration": {func(a *testAPI, p *cognito.UserPoolType, _ string) error {
			return a.setSessions(t, p.ID, cognito.UserSessionTrackingEnabled, 5)
		}, idp.ErrConcurrentModification},
		"SetUserPoolClientSessionConfiguration": {func(a *testAPI, p *cognito.UserPoolType, client string) error {
			return a.setClientSessions(t, p.ID, client, 5)
		}, idp.ErrConcurrentModification},
		"AddUserPoolClientSecret": {func(a *testAPI, p *cognito.UserPoolType, client string) error {
			_, err := a.AddUserPoolClientSecret(t.Context(), &cognito.AddUserPoolClientSecretRequest{UserPoolID: p.ID, ClientID: client})
			return err
		}, idp.ErrTooManyRequests},
	}
	for name, op := range ops {
		t.Run(name, func(t *testing.T) {
			for conflicts, want := range map[int]error{4: nil, 5: op.busy} {
				a := newAPI(t)
				pool := a.pool(t, "")
				client := a.client(t, pool.ID, `"GenerateSecret":true`).ClientID
				wantErr(t, "SetUserPoolSessionConfiguration", a.setSessions(t, pool.ID, cognito.UserSessionTrackingEnabled, 5), nil)
				a.conflict(conflicts)
				wantErr(t, fmt.Sprint(name, " after ", conflicts, " conflicts"), op.call(a, pool, client), want)
			}
		})
	}
}
