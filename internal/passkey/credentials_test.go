package passkey_test

import (
	"encoding/base64"
	"testing"
	"time"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
	"rockpool/internal/passkey"
	"rockpool/internal/passkey/passkeytest"
	"rockpool/internal/store"
)

func TestDelete(t *testing.T) {
	const del = "DeleteWebAuthnCredential"
	f := newService(t)
	a := &passkeytest.Authenticator{Origin: origin}
	first := f.register(f.ada, a)
	f.now = f.now.Add(time.Second)
	second := f.register(f.ada, a)
	grace := f.holder("client", "grace")
	id := passkey.CredentialID(first)
	wantErr(t, del, f.Delete(t.Context(), grace, id), idp.ErrWebAuthnCredentialNotFound)
	for _, wrong := range []string{"", "AAAA", id + "=", id + "\n", " " + id, "<", id[1:]} {
		wantErr(t, del, f.Delete(t.Context(), f.ada, wrong), idp.ErrWebAuthnCredentialNotFound)
	}
	if got := f.list(f.ada); len(got) != 2 || string(got[0].ID) != string(first.ID) || string(got[1].ID) != string(second.ID) {
		t.Errorf("List: got %d, want both, the oldest first", len(got))
	}
	wantErr(t, del, f.Delete(t.Context(), f.ada, id), nil)
	wantErr(t, del, f.Delete(t.Context(), f.ada, id), idp.ErrWebAuthnCredentialNotFound)
	if got := f.list(f.ada); len(got) != 1 || string(got[0].ID) != string(second.ID) {
		t.Error("Delete: the other passkey is gone")
	}
}

// Whoever must reset the password does that first.
func TestResetComesFirst(t *testing.T) {
	f := newService(t)
	f.ada.User.Status = cognito.UserStatusResetRequired
	_, err := f.Start(t.Context(), f.ada)
	wantErr(t, "StartWebAuthnRegistration", err, idp.ErrPasswordResetRequired)
	wantErr(t, complete, f.Complete(t.Context(), f.ada, nil), idp.ErrPasswordResetRequired)
	_, err = f.List(t.Context(), f.ada)
	wantErr(t, "ListWebAuthnCredentials", err, idp.ErrPasswordResetRequired)
	wantErr(t, "DeleteWebAuthnCredential", f.Delete(t.Context(), f.ada, "AAAA"), idp.ErrPasswordResetRequired)
}

// A reset that an administrator orders while the request runs counts.
func TestResetMeanwhileComesFirst(t *testing.T) {
	f := newService(t)
	a := &passkeytest.Authenticator{Origin: origin}
	had := f.register(f.ada, a)
	made := a.Create(f.start(f.ada))
	stored := *f.ada.User
	stored.Status = cognito.UserStatusResetRequired
	f.update(func(tx store.Tx) error { return tx.SetUser(&stored) })
	_, err := f.Start(t.Context(), f.ada)
	wantErr(t, "StartWebAuthnRegistration", err, idp.ErrPasswordResetRequired)
	wantErr(t, complete, f.Complete(t.Context(), f.ada, made), idp.ErrPasswordResetRequired)
	id := base64.RawURLEncoding.EncodeToString(had.ID)
	wantErr(t, "DeleteWebAuthnCredential", f.Delete(t.Context(), f.ada, id), idp.ErrPasswordResetRequired)
	if got := f.list(f.ada); len(got) != 1 || string(got[0].ID) != string(had.ID) {
		t.Errorf("List: got %d passkeys, want the one from before", len(got))
	}
}

// Of a user who is deleted while the request runs nothing is made or kept.
func TestUserDeletedMeanwhile(t *testing.T) {
	f := newService(t)
	a := &passkeytest.Authenticator{Origin: origin}
	made := a.Create(f.start(f.ada))
	f.update(func(tx store.Tx) error { return tx.DeleteUser(poolID, "ada") })
	_, err := f.Start(t.Context(), f.ada)
	wantErr(t, "StartWebAuthnRegistration", err, idp.ErrAccessTokenRevoked)
	wantErr(t, complete, f.Complete(t.Context(), f.ada, made), idp.ErrWebAuthnChallengeNotFound)
	wantErr(t, "DeleteWebAuthnCredential", f.Delete(t.Context(), f.ada, "AAAA"), idp.ErrAccessTokenRevoked)
}
