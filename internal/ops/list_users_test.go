package ops_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// names lists the usernames of a page, sorted.
func names(users []*cognito.UserType) []string {
	out := []string{}
	for _, u := range users {
		out = append(out, u.Username)
	}
	slices.Sort(out)
	return out
}

func TestListUsersFilters(t *testing.T) {
	a := newAccounts(t, "")
	ada := a.user(t, "ada", attribute("email", adaMail), attribute("given_name", "Ada"), attribute("phone_number", "+12065550100"))
	a.user(t, "alan", attribute("email", "alan@example.com"), attribute("given_name", "Alan"))
	a.user(t, "grace", attribute("email", "Grace@example.com"), attribute("given_name", `Grace "Amazing"`))
	if _, err := a.AdminDisableUser(t.Context(), &cognito.AdminDisableUserRequest{UserPoolID: a.poolID, Username: "grace"}); err != nil {
		t.Fatal(err)
	}
	for filter, want := range map[string][]string{
		``:                                        {"ada", "alan", "grace"},
		`username = "ada"`:                        {"ada"},
		`username = "ADA"`:                        {},
		`username ^= "a"`:                         {"ada", "alan"},
		`email = "grace@EXAMPLE.com"`:             {"grace"},
		`email ^= "a"`:                            {"ada", "alan"},
		`given_name ^= "a"`:                       {"ada", "alan"},
		`given_name = "Grace \"Amazing\""`:        {"grace"},
		`phone_number ^= "+1206"`:                 {"ada"},
		`cognito:user_status = "confirmed"`:       {"ada", "alan", "grace"},
		`cognito:user_status = "UNCONFIRMED"`:     {},
		`status = "Enabled"`:                      {"ada", "alan"},
		`status = "Disabled"`:                     {"grace"},
		`status = "disabled"`:                     {},
		`sub = "` + ada.Attributes[0].Value + `"`: {"ada"},
		`family_name = "x"`:                       {},
	} {
		out, err := a.ListUsers(t.Context(), &cognito.ListUsersRequest{UserPoolID: a.poolID, Filter: filter})
		if err != nil {
			t.Errorf("ListUsers(%s): %v", filter, err)
			continue
		}
		if d := cmp.Diff(want, names(out.Users)); d != "" || out.PaginationToken != "" {
			t.Errorf("ListUsers(%s): token %q, (-want +got):\n%s", filter, out.PaginationToken, d)
		}
	}
}

func TestListUsersRefuses(t *testing.T) {
	a := newAccounts(t, "")
	for filter, want := range map[string]error{
		`email`:          idp.ErrFilter,
		`custom:x = "1"`: idp.ErrSearchAttribute("custom:x"),
	} {
		_, err := a.ListUsers(t.Context(), &cognito.ListUsersRequest{UserPoolID: a.poolID, Filter: filter})
		wantErr(t, "ListUsers("+filter+")", err, want)
	}
	_, err := a.ListUsers(t.Context(), &cognito.ListUsersRequest{UserPoolID: gone})
	wantErr(t, "ListUsers in no pool", err, errPoolGone)
}

func TestListUsersPages(t *testing.T) {
	a := newAccounts(t, "")
	want := []string{}
	for i := range 5 {
		name := fmt.Sprintf("user%d", i)
		a.user(t, name, attribute("given_name", "Ada"))
		want = append(want, name)
	}
	for _, filter := range []string{"", `given_name = "ada"`, `username ^= "user"`, `status = "Enabled"`} {
		in := &cognito.ListUsersRequest{UserPoolID: a.poolID, Filter: filter, Limit: new(int64(2))}
		var got []*cognito.UserType
		for pages := 0; ; pages++ {
			out, err := a.ListUsers(t.Context(), in)
			if err != nil || pages > 3 {
				t.Fatalf("ListUsers(%s), page %d: %v", filter, pages, err)
			}
			got = append(got, out.Users...)
			if in.PaginationToken = out.PaginationToken; in.PaginationToken == "" {
				break
			}
		}
		if d := cmp.Diff(want, names(got)); d != "" {
			t.Errorf("ListUsers(%s): all pages (-want +got):\n%s", filter, d)
		}
	}
}

func TestListUsersTokenIsBound(t *testing.T) {
	a := newAccounts(t, "")
	for _, name := range []string{"ada", "eve"} {
		a.user(t, name)
	}
	first := func() *cognito.ListUsersRequest {
		in := &cognito.ListUsersRequest{UserPoolID: a.poolID, Limit: new(int64(1))}
		out, err := a.ListUsers(t.Context(), in)
		if err != nil || out.PaginationToken == "" {
			t.Fatalf("ListUsers: got %+v, %v, want a token", out, err)
		}
		in.PaginationToken = out.PaginationToken
		return in
	}
	other := first()
	other.Filter = `username ^= "a"`
	_, err := a.ListUsers(t.Context(), other)
	wantErr(t, "ListUsers with another filter", err, idp.ErrInvalidPaginationToken)
	late := first()
	a.now = a.now.Add(time.Hour)
	_, err = a.ListUsers(t.Context(), late)
	wantErr(t, "ListUsers an hour later", err, idp.ErrInvalidPaginationToken)
}

func TestListUsersAttributesToGet(t *testing.T) {
	a := newAccounts(t, "")
	a.user(t, "ada", attribute("email", adaMail), attribute("name", "Ada"))
	a.user(t, "eve")
	out, err := a.ListUsers(t.Context(), &cognito.ListUsersRequest{UserPoolID: a.poolID, AttributesToGet: []string{"email"}})
	if err != nil {
		t.Fatalf("ListUsers: %v", err)
	}
	got := map[string][]*cognito.AttributeType{}
	for _, u := range out.Users {
		got[u.Username] = u.Attributes
	}
	want := map[string][]*cognito.AttributeType{"ada": {attribute("email", adaMail)}, "eve": {}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("ListUsers: (-want +got):\n%s", d)
	}
}
