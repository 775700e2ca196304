package ops_test

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func TestDescribeUserPoolClientRefuses(t *testing.T) {
	a := newAPI(t)
	pool, other := a.pool(t, ""), a.pool(t, "")
	client := a.client(t, pool.ID, "").ClientID
	tests := []struct {
		name, pool, client string
		want               error
	}{
		{"pool gone", gone, client, errPoolGone},
		{"client gone", pool.ID, "gone", idp.ErrClientNotFound("gone")},
		{"client of another pool", other.ID, client, idp.ErrClientNotFound(client)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := a.DescribeUserPoolClient(t.Context(), &cognito.DescribeUserPoolClientRequest{UserPoolID: tt.pool, ClientID: tt.client})
			wantErr(t, "DescribeUserPoolClient", err, tt.want)
		})
	}
}
