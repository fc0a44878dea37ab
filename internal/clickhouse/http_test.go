package clickhouse

import (
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// The HTTP interface is the one of the address as the driver reads it: a password in clear would be everybody's.
func TestHTTPInterface(t *testing.T) {
	web := httptest.NewTLSServer(nil) // for its certificate
	defer web.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ dsn, ca, addr, want string }{
		{"clickhouse://h", "", "h:9000", "http://h:8123 default:"},
		{"clickhouse://u:p@h:9001,h2", "", "h:9001", "http://h:8123 u:p"},
		{"clickhouse://u:a,b@h?secure=1", "", "h:9440", "https://h:8443 u:a,b"},
		{"clickhouse://u@h?secure", "", "h:9440", "https://h:8443 u:"},
		{"clickhouse://[::1]:9440?secure=True&username=x&password=y", "", "[::1]:9440", "https://[::1]:8443 x:y"},
		{"clickhouse://u:p@h?username=x&password=y", "", "h:9000", "http://h:8123 x:y"},
		{"clickhouse://h", ca, "h:9440", "https://h:8443 default:"},
		{"clickhouse://h:9001", ca, "h:9001", "https://h:8443 default:"},
		{"http://u@h:80", "", "h:80", "http://h:80 u:"},
		{"https://u:p@h", ca, "h:8443", "https://h:8443 u:p"},
		{"https://h:1?skip_verify=1", "", "h:1", "https://h:1 default: unverified"},
	} {
		db, err := Open(c.dsn, Options{CAFile: c.ca, Logger: quiet})
		if err != nil {
			t.Errorf("%s: %v", c.dsn, err)
			continue
		}
		_ = db.Close()
		h := db.HTTP()
		got := fmt.Sprintf("%s %s:%s", h.URL, h.User, h.Password)
		if h.TLS != nil && h.TLS.InsecureSkipVerify {
			got += " unverified"
		}
		if got != c.want || db.options.Addr[0] != c.addr || (h.TLS != nil && h.TLS.RootCAs != nil) != (c.ca != "") {
			t.Errorf("%s: got %s at %s, want %s at %s", c.dsn, got, db.options.Addr[0], c.want, c.addr)
		}
	}
}
