package queue

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// ServerOptions configure an embedded NATS server.
type ServerOptions struct {
	Listen  string // host:port for clients; "127.0.0.1:4222" by default, port 0 takes any
	Folder  string // where parcels are kept
	Token   string // that clients must have; without one only loopback addresses are listened at
	Name    string // in a cluster, of its own on each server
	Cluster string // host:port for the other servers of a cluster, "" for none
	Routes  string // of the other servers: nats://host:port, separated by commas
	Monitor string // host:port for numbers about the queue by HTTP, which no token guards; "" for none
}

// Server is an embedded NATS server with JetStream, the very program that runs alone elsewhere.
type Server struct {
	nats *server.Server
	wait func()
}

// ErrOpen says that a queue would be open to everybody.
var ErrOpen = errors.New("an address that others reach needs a token")

// Serve starts a server. It listens when Serve returns.
func Serve(opt ServerOptions) (*Server, error) {
	if opt.Listen == "" {
		opt.Listen = "127.0.0.1:4222"
	}
	host, port, err := splitAddress(opt.Listen)
	if err != nil {
		return nil, err
	}
	o := &server.Options{
		ServerName: opt.Name, Host: host, Port: port, JetStream: true, StoreDir: opt.Folder, NoSigs: true, NoLog: true,
		Authorization: opt.Token, SyncInterval: 2 * time.Second, MaxPayload: 2 << 20, DisableShortFirstPing: true,
	}
	if port == 0 {
		o.Port = server.RANDOM_PORT
	}
	if opt.Monitor != "" {
		if o.HTTPHost, o.HTTPPort, err = splitAddress(opt.Monitor); err != nil {
			return nil, err
		}
		if o.HTTPPort == 0 {
			o.HTTPPort = server.RANDOM_PORT
		}
	}
	open := opt.Token == "" && !loopback(host)
	if opt.Cluster != "" {
		o.Cluster.Name = "proofcheck"
		if o.Cluster.Host, o.Cluster.Port, err = splitAddress(opt.Cluster); err != nil {
			return nil, err
		}
		open = open || opt.Token == "" && !loopback(o.Cluster.Host)
		if opt.Token != "" {
			o.Cluster.Username, o.Cluster.Password = "proofcheck", opt.Token
		}
		for route := range strings.SplitSeq(opt.Routes, ",") {
			u, err := url.Parse(strings.TrimSpace(route))
			if err != nil || u.Host == "" {
				return nil, &BadOptionError{Route, route}
			}
			if opt.Token != "" {
				u.User = url.UserPassword("proofcheck", opt.Token)
			}
			o.Routes = append(o.Routes, u)
		}
	}
	if open {
		return nil, ErrOpen
	}
	// The server itself waits long before it says so.
	if os.MkdirAll(opt.Folder, 0o700) != nil {
		return nil, &StartError{opt.Listen, opt.Folder}
	}
	l, err := net.Listen("tcp", opt.Listen)
	if err != nil {
		return nil, &StartError{opt.Listen, opt.Folder}
	}
	l.Close()
	s, err := server.NewServer(o)
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	go s.Start()
	if !s.ReadyForConnections(15 * time.Second) {
		s.Shutdown()
		return nil, &StartError{opt.Listen, opt.Folder}
	}
	return &Server{nats: s, wait: s.WaitForShutdown}, nil
}

// MonitorURL is where the server tells numbers, "" when it does not.
func (s *Server) MonitorURL() string {
	if a := s.nats.MonitorAddr(); a != nil {
		return "http://" + a.String()
	}
	return ""
}

// URL is where clients reach the server.
func (s *Server) URL() string { return s.nats.ClientURL() }

// Close ends the server; what it keeps stays in its folder.
func (s *Server) Close() {
	s.nats.Shutdown()
	s.wait()
}

func splitAddress(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, &BadOptionError{Address, address}
	}
	if port, err = strconv.Atoi(text); err != nil || port < 0 || port > 65535 {
		return "", 0, &BadOptionError{Address, address}
	}
	return host, port, nil
}

// loopback reports whether an address is this machine's own.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
