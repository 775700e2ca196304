package netguard_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"rockpool/internal/netguard"
)

func TestCheck(t *testing.T) {
	var (
		strict = netguard.Dialer{}
		inside = netguard.Dialer{AllowLoopback: true, AllowPrivate: true}
		dev    = netguard.Dialer{AllowLoopback: true, AllowPrivate: true, AllowLinkLocal: true}
		local  = netguard.Dialer{LoopbackOnly: true, AllowPrivate: true, AllowLinkLocal: true}
	)
	tests := []struct {
		addr                       string
		strict, inside, dev, local bool
	}{
		{"93.184.216.34", true, true, true, false},
		{"2606:2800:220:1::1", true, true, true, false},
		{"127.0.0.1", false, true, true, true},
		{"127.8.8.8", false, true, true, true},
		{"::1", false, true, true, true},
		{"::ffff:127.0.0.1", false, true, true, true},
		{"10.1.2.3", false, true, true, false},
		{"172.16.0.1", false, true, true, false},
		{"192.168.1.1", false, true, true, false},
		{"100.64.0.1", false, true, true, false},
		{"fd12::1", false, true, true, false},
		{"fec0::1", false, true, true, false},
		{"64:ff9b:1::1", false, true, true, false},
		{"169.254.169.254", false, false, true, false},
		{"169.254.170.2", false, false, true, false},
		{"::ffff:169.254.169.254", false, false, true, false},
		{"64:ff9b::a9fe:a9fe", false, false, true, false},
		{"2002:a9fe:a9fe::1", false, false, true, false},
		{"2001:0:1:2:3:4:5601:5601", false, false, true, false},
		{"64:ff9b::808:808", true, true, true, false},
		{"fe80::1", false, false, true, false},
		{"fe80::1%eth0", false, false, true, false},
		{"fd00:ec2::254", false, false, true, false},
		{"fd20:ce::254", false, false, true, false},
		{"100.100.100.200", false, false, true, false},
		{"168.63.129.16", false, false, true, false},
		{"0.0.0.0", false, false, false, false},
		{"::", false, false, false, false},
		{"0.1.2.3", false, false, false, false},
		{"224.0.0.1", false, false, false, false},
		{"ff02::1", false, false, false, false},
		{"255.255.255.255", false, false, false, false},
	}
	for _, tt := range tests {
		addr := netip.MustParseAddr(tt.addr)
		for _, c := range []struct {
			name string
			d    netguard.Dialer
			want bool
		}{{"strict", strict, tt.strict}, {"inside", inside, tt.inside}, {"dev", dev, tt.dev}, {"local", local, tt.local}} {
			err := c.d.Check(addr)
			if (err == nil) != c.want {
				t.Errorf("%s.Check(%s): got %v, want allowed %t", c.name, tt.addr, err, c.want)
			}
			if err != nil && !errors.Is(err, netguard.ErrForbidden) {
				t.Errorf("%s.Check(%s): got %v, want ErrForbidden", c.name, tt.addr, err)
			}
		}
	}
}

func TestControlRefusesWhatIsNotAnAddress(t *testing.T) {
	d := netguard.Dialer{AllowLoopback: true, AllowPrivate: true, AllowLinkLocal: true}
	for _, c := range [][2]string{{"unix", "/run/docker.sock"}, {"tcp", "localhost:80"}, {"tcp", ""}} {
		if err := d.Control(c[0], c[1], nil); !errors.Is(err, netguard.ErrForbidden) {
			t.Errorf("Control(%s, %s): got %v, want ErrForbidden", c[0], c[1], err)
		}
	}
}

// The name is resolved by the dialer, so a name that points inside is refused too.
func TestDialChecksTheResolvedAddress(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_, err = netguard.Dialer{AllowPrivate: true}.DialContext(t.Context(), "tcp", "localhost:"+port)
	if !errors.Is(err, netguard.ErrForbidden) {
		t.Errorf("DialContext(localhost): got %v, want ErrForbidden", err)
	}
	conn, err := netguard.Dialer{AllowLoopback: true}.DialContext(t.Context(), "tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatalf("DialContext(127.0.0.1): got %v, want a connection", err)
	}
	conn.Close()
}

func TestTransportIsGuarded(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }))
	defer srv.Close()
	get := func(d netguard.Dialer) error {
		tr := d.Transport()
		defer tr.CloseIdleConnections()
		req, err := http.NewRequestWithContext(context.Background(), "GET", srv.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := (&http.Client{Transport: tr}).Do(req)
		if err == nil {
			res.Body.Close()
		}
		return err
	}
	if err := get(netguard.Dialer{}); !errors.Is(err, netguard.ErrForbidden) || !strings.Contains(err.Error(), "loopback") {
		t.Errorf("GET with the zero Dialer: got %v, want ErrForbidden naming loopback", err)
	}
	if err := get(netguard.Dialer{AllowLoopback: true}); err != nil {
		t.Errorf("GET with AllowLoopback: got %v, want nil", err)
	}
}

func TestNamesLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true,
		"": false, "localhost.example.com": false, "10.0.0.1": false, "0.0.0.0": false, "::": false,
	} {
		if got := netguard.NamesLoopback(host); got != want {
			t.Errorf("NamesLoopback(%q): got %t, want %t", host, got, want)
		}
	}
}
