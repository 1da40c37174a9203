package queue

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/tidwall/gjson"

	"proofcheck/batch"
	"proofcheck/internal/teststore"
)

// scaledObject is what the test reads of the manifest of KEDA.
type scaledObject struct {
	Kind string `yaml:"kind"`
	Spec struct {
		Triggers []struct {
			Type     string            `yaml:"type"`
			Metadata map[string]string `yaml:"metadata"`
		} `yaml:"triggers"`
	} `yaml:"spec"`
}

// triggers reads the triggers that the workers are scaled by, by their type.
func triggers(t *testing.T) map[string]map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../deploy/kubernetes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]string{}
	for decoder := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var o scaledObject
		if err := decoder.Decode(&o); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		for _, trigger := range o.Spec.Triggers {
			out[trigger.Type] = trigger.Metadata
		}
	}
}

// What the manifest scales by is what a server says of parcels and of sites that wait: KEDA asks the same address, and
// looks for the same stream and consumer, or for the same place by the same library.
func TestWorkersAreScaledByParcelsAndSites(t *testing.T) {
	t.Parallel()
	server, err := Serve(ServerOptions{Listen: "127.0.0.1:0", Monitor: "127.0.0.1:0", Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	ask := func(path string) string {
		t.Helper()
		resp, err := http.Get(server.MonitorURL() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s, %v", path, resp.Status, err)
		}
		return string(text)
	}
	list := triggers(t)
	waiting := func() (parcels, sites int64) {
		t.Helper()
		lag := list["nats-jetstream"]
		account := gjson.Get(ask("/jsz?acc="+url.QueryEscape(lag["account"])+"&consumers=true&config=true"), "account_details.0")
		consumer := account.Get(`stream_detail.#(name=="` + lag["stream"] + `").consumer_detail.#(name=="` + lag["consumer"] + `")`)
		u, err := url.Parse(list["metrics-api"]["url"])
		if err != nil {
			t.Fatal(err)
		}
		value := gjson.Get(ask(u.RequestURI()), list["metrics-api"]["valueLocation"])
		if account.Get("name").String() != lag["account"] || !consumer.Exists() || value.Type != gjson.Number {
			t.Fatalf("account %q, consumer %s, sites %s", account.Get("name"), consumer, value)
		}
		return consumer.Get("num_pending").Int() + consumer.Get("num_ack_pending").Int(), value.Int()
	}
	q := connect(t, Options{URL: server.URL()})
	s := teststore.Open(t)
	site := visit(t, "127.0.0.1", 3)
	w, err := batch.NewWorker(t.Context(), &batch.Scan{Store: s, Examiner: examiner()})
	if err != nil {
		t.Fatal(err)
	}
	if err := (&worker{Queue: q, Work: Work{Worker: w}}).begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	if parcels, sites := waiting(); parcels != 0 || sites != 0 {
		t.Errorf("%d parcels and %d sites wait in an empty queue", parcels, sites)
	}
	scan := &batch.Scan{Store: s, Examiner: examiner(), Sources: append(openSites(t, site.url, "http://127.0.0.2:1/"), made(10))}
	if _, err := scan.Submit(t.Context(), q.Send); err != nil {
		t.Fatal(err)
	}
	if parcels, sites := waiting(); parcels != 1 || sites != 2 {
		t.Errorf("%d parcels and %d sites wait, want 1 and 2", parcels, sites)
	}
}
