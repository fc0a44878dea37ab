// Package compose checks the files that start the whole stack, and holds no program: docker-compose.yml, the one of the
// cluster that is laid over it, the Dockerfile, and the settings of ClickHouse that they mount. It is a module of its own,
// so that nobody who builds Rollcall fetches what reads them. No container runs here: the loader is Docker Compose's own,
// and cmd/rollcall's tests start the parts with the same variables.
package compose
