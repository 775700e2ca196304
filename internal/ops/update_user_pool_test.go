package ops_test

import (
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func TestUpdateUserPool(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, `"AutoVerifiedAttributes":["email"]`)
	if _, err := a.Catalog.Pool(t.Context(), pool.ID); err != nil {
		t.Fatal(err) // the catalog remembers the pool as it was
	}
	a.now = a.now.Add(time.Minute)
	_, err := a.UpdateUserPool(t.Context(), fromJSON[cognito.UpdateUserPoolRequest](t, `{"UserPoolId":"`+pool.ID+`","PoolName":"new","DeletionProtection":"ACTIVE"}`))
	wantErr(t, "UpdateUserPool", err, nil)

	got := a.describePool(t, pool.ID)
	if got.Name != "new" || got.DeletionProtection != cognito.DeletionProtectionActive || got.AutoVerifiedAttributes != nil {
		t.Errorf("UpdateUserPool: got name %q, protection %q, auto verified %v, want new, ACTIVE, none", got.Name, got.DeletionProtection, got.AutoVerifiedAttributes)
	}
	if got.CreationDate != cognito.At(start) || got.LastModifiedDate != cognito.At(a.now) {
		t.Errorf("UpdateUserPool: got dates %v, %v, want %v, %v", got.CreationDate.Time(), got.LastModifiedDate.Time(), start, a.now)
	}
	remembered, err := a.Catalog.Pool(t.Context(), pool.ID)
	if err != nil || remembered.Settings.Name != "new" {
		t.Errorf("Catalog.Pool after the update: got %v, %v, want the new name", remembered, err)
	}
}

func TestUpdateUserPoolRefuses(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	before := indented(t, pool)
	tests := []struct {
		name, in string
		want     error
	}{
		{"gone", `{"UserPoolId":"` + gone + `"}`, errPoolGone},
		{"MFA", `{"UserPoolId":"` + pool.ID + `","PoolName":"new","MfaConfiguration":"ON"}`, idp.ErrMFAWithoutSMS},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := a.UpdateUserPool(t.Context(), fromJSON[cognito.UpdateUserPoolRequest](t, tt.in))
			wantErr(t, "UpdateUserPool("+tt.in+")", err, tt.want)
			if got := indented(t, a.describePool(t, pool.ID)); got != before {
				t.Errorf("UpdateUserPool(%s): the pool changed to %s", tt.in, got)
			}
		})
	}
}

// A plan cannot take a sign-in flow away from a client, however many clients
// there are before it.
func TestUpdateUserPoolTierOfClients(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	for range 61 {
		a.client(t, pool.ID, "")
	}
	client := a.client(t, pool.ID, `"ExplicitAuthFlows":["ALLOW_USER_AUTH"]`)
	lite := &cognito.UpdateUserPoolRequest{UserPoolID: pool.ID, UserPoolTier: cognito.UserPoolTierLite}
	_, err := a.UpdateUserPool(t.Context(), lite)
	wantErr(t, "UpdateUserPool(LITE)", err, idp.ErrTierChange("ALLOW_USER_AUTH in an app client", cognito.UserPoolTierLite))

	if err := a.DeleteUserPoolClient(t.Context(), &cognito.DeleteUserPoolClientRequest{UserPoolID: pool.ID, ClientID: client.ClientID}); err != nil {
		t.Fatal(err)
	}
	_, err = a.UpdateUserPool(t.Context(), lite)
	wantErr(t, "UpdateUserPool(LITE) without the client", err, nil)
}
