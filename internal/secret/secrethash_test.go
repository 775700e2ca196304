package secret

import "testing"

const (
	hashSecret = "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdef"
	hashClient = "1example23456789abcdefghij"
	hashWant   = "HY+w6ECMoptugRTrnwtSH5jZ3pme8yF0WE4ly9GOoJ8="
)

func TestSecretHash(t *testing.T) {
	if got := SecretHash(hashSecret, "janedoe", hashClient); got != hashWant {
		t.Errorf("SecretHash: got %s, want %s", got, hashWant)
	}
}

func TestCheckSecretHash(t *testing.T) {
	for _, tt := range []struct {
		name            string
		secrets         []string
		username, given string
		want            bool
	}{
		{"only secret", []string{hashSecret}, "janedoe", hashWant, true},
		{"first of two", []string{hashSecret, "new"}, "janedoe", hashWant, true},
		{"second of two", []string{"old", hashSecret}, "janedoe", hashWant, true},
		{"no secret", nil, "janedoe", hashWant, false},
		{"another secret", []string{"other"}, "janedoe", hashWant, false},
		{"another user", []string{hashSecret}, "johndoe", hashWant, false},
		{"empty", []string{hashSecret}, "janedoe", "", false},
		{"no padding", []string{hashSecret}, "janedoe", hashWant[:43], false},
		{"longer", []string{hashSecret}, "janedoe", hashWant + "A", false},
	} {
		if got := CheckSecretHash(tt.secrets, tt.username, hashClient, tt.given); got != tt.want {
			t.Errorf("CheckSecretHash(%s): got %v, want %v", tt.name, got, tt.want)
		}
	}
}
