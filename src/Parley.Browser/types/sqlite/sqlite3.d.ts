// For the type check only: the build puts SQLite's own module beside storage-worker.js under this name.
export { default } from '@sqlite.org/sqlite-wasm';
