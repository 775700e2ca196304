package account_test

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// Nobody answers to the name of somebody else.
func TestNamesDoNotCross(t *testing.T) {
	f := newService(t)
	c := f.pool(aliases(cognito.AliasAttributePreferredUsername, cognito.AliasAttributeEmail))
	f.user(c, "ada", "email", adaMail, "preferred_username", "countess")
	eve := f.user(c, "eve")

	_, err := f.SignUp(t.Context(), newcomer(c, "countess"))
	wantErr(t, "SignUp by a preferred username", err, idp.ErrUserExists)
	for _, name := range []string{"ada", adaMail, "countess"} {
		_, err := f.change(c, false, eve, "preferred_username", name)
		wantErr(t, "UpdateUserAttributes(preferred_username "+name+")", err, idp.ErrAliasTaken("preferred_username"))
	}
	_, err = f.change(c, false, eve, "preferred_username", "eve")
	wantErr(t, "UpdateUserAttributes(own username)", err, nil)
}

// An address that was proved goes before a name that was only chosen, so that
// nobody can sit in front of one who has yet to prove it.
func TestProvedNamesComeFirst(t *testing.T) {
	f := newService(t)
	c := f.pool(aliases(cognito.AliasAttributePreferredUsername, cognito.AliasAttributeEmail))
	f.user(c, "eve", "preferred_username", adaMail)
	f.user(c, "ada", "email", adaMail)
	if u := f.get(c, adaMail); u.Username != "ada" {
		t.Errorf("User(%s): got %s, want ada", adaMail, u.Username)
	}
}
