package ops_test

import (
	"slices"
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

// deviceKeys lists the devices of a user as an administrator, read by pages of
// a size, and how many pages there were.
func (a *devices) deviceKeys(t *testing.T, username string, size int64) (keys []string, pages int) {
	t.Helper()
	in := &cognito.AdminListDevicesRequest{UserPoolID: a.poolID, Username: username, Limit: &size}
	for {
		out, err := a.AdminListDevices(t.Context(), in)
		if err != nil {
			t.Fatalf("AdminListDevices(%s): %v", username, err)
		}
		pages++
		for _, d := range out.Devices {
			keys = append(keys, d.DeviceKey)
		}
		if in.PaginationToken = out.PaginationToken; in.PaginationToken == "" {
			return keys, pages
		}
	}
}

// Administrators see every device, users those that are remembered.
func TestListDevices(t *testing.T) {
	a := newDevices(t, optIn)
	var all, remembered []string
	var p phone
	for i := range 5 {
		p = a.confirmed(t, "ada")
		all = append(all, p.key)
		if i%2 == 0 {
			a.remember(t, p, cognito.DeviceRememberedStatusRemembered)
			remembered = append(remembered, p.key)
		}
	}
	a.confirmed(t, "grace")
	slices.Sort(all)
	slices.Sort(remembered)
	for size, pages := range map[int64]int{0: 1, 1: 5, 2: 3, 5: 1, 60: 1} {
		if got, n := a.deviceKeys(t, "ada", size); !slices.Equal(got, all) || n != pages {
			t.Errorf("AdminListDevices(%d): got %v on %d pages, want %v on %d", size, got, n, all, pages)
		}
	}
	for size, pages := range map[int64]int{0: 1, 1: 3, 2: 2, 3: 1} {
		in := &cognito.ListDevicesRequest{AccessToken: p.access, Limit: &size}
		var got []string
		n := 0
		for {
			out, err := a.ListDevices(t.Context(), in)
			if err != nil {
				t.Fatalf("ListDevices: %v", err)
			}
			n++
			for _, d := range out.Devices {
				got = append(got, d.DeviceKey)
			}
			if in.PaginationToken = out.PaginationToken; in.PaginationToken == "" {
				break
			}
		}
		if !slices.Equal(got, remembered) || n != pages {
			t.Errorf("ListDevices(%d): got %v on %d pages, want %v on %d", size, got, n, remembered, pages)
		}
	}
}

func TestListDevicesTokens(t *testing.T) {
	a := newDevices(t, optIn)
	graces := a.confirmed(t, "grace")
	out, err := a.ListDevices(t.Context(), &cognito.ListDevicesRequest{AccessToken: graces.access})
	if err != nil || out.Devices == nil || len(out.Devices) > 0 {
		t.Errorf("ListDevices of none: got %+v, %v, want an empty list", out, err)
	}
	for range 2 {
		a.remember(t, a.confirmed(t, "ada"), cognito.DeviceRememberedStatusRemembered)
	}
	first, err := a.AdminListDevices(t.Context(), &cognito.AdminListDevicesRequest{UserPoolID: a.poolID, Username: "ada", Limit: new(int64(1))})
	if err != nil || first.PaginationToken == "" {
		t.Fatalf("AdminListDevices: got %+v, %v, want a page with a token", first, err)
	}
	for name, token := range map[string]string{"of another user": first.PaginationToken, "garbage": "garbage"} {
		_, err = a.AdminListDevices(t.Context(), &cognito.AdminListDevicesRequest{UserPoolID: a.poolID, Username: "grace", PaginationToken: token})
		refuses(t, "AdminListDevices", "token "+name, err, idp.ErrInvalidPaginationToken)
		_, err = a.ListDevices(t.Context(), &cognito.ListDevicesRequest{AccessToken: graces.access, PaginationToken: token})
		refuses(t, "ListDevices", "token "+name, err, idp.ErrInvalidPaginationToken)
	}
}
