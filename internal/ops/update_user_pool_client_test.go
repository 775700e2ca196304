package ops_test

import (
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func TestUpdateUserPoolClient(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	client := a.client(t, pool.ID, `"ReadAttributes":["email"]`)
	if _, err := a.Catalog.Client(t.Context(), client.ClientID); err != nil {
		t.Fatal(err) // the catalog remembers the client as it was
	}
	a.now = a.now.Add(time.Minute)
	out, err := a.UpdateUserPoolClient(t.Context(), fromJSON[cognito.UpdateUserPoolClientRequest](t,
		`{"UserPoolId":"`+pool.ID+`","ClientId":"`+client.ClientID+`","AuthSessionValidity":5,"PreventUserExistenceErrors":"ENABLED"}`))
	if err != nil {
		t.Fatal(err)
	}
	got := out.UserPoolClient
	if *got.AuthSessionValidity != 5 || got.ReadAttributes != nil || got.ClientName != "client" {
		t.Errorf("UpdateUserPoolClient: got validity %d, read %v, name %q, want 5, none, client", *got.AuthSessionValidity, got.ReadAttributes, got.ClientName)
	}
	if got.CreationDate != cognito.At(start) || got.LastModifiedDate != cognito.At(a.now) {
		t.Errorf("UpdateUserPoolClient: got dates %v, %v, want %v, %v", got.CreationDate.Time(), got.LastModifiedDate.Time(), start, a.now)
	}
	if stored := indented(t, a.describeClient(t, pool.ID, client.ClientID)); stored != indented(t, got) {
		t.Errorf("DescribeUserPoolClient after the update: got %s", stored)
	}
	remembered, err := a.Catalog.Client(t.Context(), client.ClientID)
	if err != nil || !remembered.HidesUserExistence() {
		t.Errorf("Catalog.Client after the update: got the old client (%v)", err)
	}
}

func TestUpdateUserPoolClientRefuses(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	client := a.client(t, pool.ID, "")
	tests := []struct {
		name, pool, client, flows string
		want                      error
	}{
		{"pool gone", gone, client.ClientID, `[]`, errPoolGone},
		{"client gone", pool.ID, "gone", `[]`, idp.ErrClientNotFound("gone")},
		{"client of another pool", other.ID, client.ClientID, `[]`, idp.ErrClientNotFound(client.ClientID)},
		{"mixed flows", pool.ID, client.ClientID, `["ADMIN_NO_SRP_AUTH","ALLOW_USER_SRP_AUTH"]`, idp.ErrFlowsMixed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := a.UpdateUserPoolClient(t.Context(), fromJSON[cognito.UpdateUserPoolClientRequest](t,
				`{"UserPoolId":"`+tt.pool+`","ClientId":"`+tt.client+`","ClientName":"new","ExplicitAuthFlows":`+tt.flows+`}`))
			wantErr(t, "UpdateUserPoolClient", err, tt.want)
			if got := a.describeClient(t, pool.ID, client.ClientID).ClientName; got != "client" {
				t.Errorf("after a refused update: got name %q, want client", got)
			}
		})
	}
}
