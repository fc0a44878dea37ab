package console

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPageAndItsFiles(t *testing.T) {
	h := New(Options{Query: answering(Result{}, nil)})
	index := get(h, "/")
	if got := index.Header().Get("Content-Security-Policy"); !strings.Contains(got, "default-src 'none'") || strings.Contains(got, "unsafe") {
		t.Errorf("Content-Security-Policy %q", got)
	}
	if inline := regexp.MustCompile(`(?i)<style|<script>|\son\w+=|style=|https?://`).FindString(index.Body.String()); inline != "" {
		t.Errorf("the page holds %q, which its policy forbids", inline)
	}
	zippedTotal := index.Body.Len()
	for _, m := range regexp.MustCompile(`(?:src|href)="(/[^"]+)"`).FindAllStringSubmatch(index.Body.String(), -1) {
		w := get(h, m[1], "Accept-Encoding", "br, gzip")
		if w.Code != http.StatusOK || w.Header().Get("ETag") == "" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: status %d, headers %v", m[1], w.Code, w.Header())
		}
		zippedTotal += w.Body.Len()
		if again := get(h, m[1], "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified {
			t.Errorf("%s again: status %d", m[1], again.Code)
		}
		plain := get(h, m[1], "Accept-Encoding", "gzip;q=0")
		if plain.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s: compressed for a reader who refused it", m[1])
		}
		if w.Header().Get("Content-Encoding") == "gzip" && !bytes.Equal(unzip(t, w.Body), plain.Body.Bytes()) {
			t.Errorf("%s: the compressed form differs", m[1])
		}
	}
	if zippedTotal > 300<<10 {
		t.Errorf("the page weighs %d bytes, more than 300 KB", zippedTotal)
	}
}

func unzip(t *testing.T, r io.Reader) []byte {
	t.Helper()
	z, err := gzip.NewReader(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// Every text of the page exists in both languages and fills in the same values.
func TestTextsInBothLanguages(t *testing.T) {
	body, err := os.ReadFile("web/src/texts.json")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]map[string]string
	if err := json.Unmarshal(body, &texts); err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`\{\w+\}`)
	for key, text := range texts {
		if text["en"] == "" || text["zh"] == "" || len(text) != 2 {
			t.Errorf("%s: %v, want en and zh", key, text)
		}
		used := func(lang string) map[string]bool {
			found := map[string]bool{}
			for _, n := range names.FindAllString(text[lang], -1) {
				found[n] = true
			}
			return found
		}
		if diff := cmp.Diff(used("en"), used("zh")); diff != "" {
			t.Errorf("%s fills in different values (-en +zh):\n%s", key, diff)
		}
	}
}
