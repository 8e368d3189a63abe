// @ts-check
// Runs batches (SqlBatch.cs defines their bytes) against one SQLite connection. Texts and blobs go straight between the batch
// in SQLite's memory and the statement, and from the statement into the answer: no string is made on the way.
import { Failure } from './calls.js';
import { ResultWriter } from './sql-result.js';

const STATEMENTS_MAX = 256;
const VALUE = { null: 0, integer: 1, real: 2, text: 3, blob: 4 };
const SQLITE = { ok: 0, full: 13, row: 100, done: 101, integer: 1, real: 2, text: 3, blob: 4, preparePersistent: 1 };

/** @typedef {{ read: (batch: Uint8Array) => Uint8Array, write: (batch: Uint8Array) => Uint8Array, close: () => void }} Database */

/**
 * @param {import('@sqlite.org/sqlite-wasm').Sqlite3Static} sqlite3
 * @param {import('@sqlite.org/sqlite-wasm').Database} connection
 * @param {'wal'|'memory'} journal How it keeps what is under way.
 * @returns {Database}
 */
export function openDatabase(sqlite3, connection, journal = 'wal') {
  const wasm = sqlite3.wasm;
  const c = /** @type {any} */ (wasm.exports);
  const db = /** @type {number} */ (connection.pointer);
  const utf8 = new TextDecoder();
  /** Prepared statements by text, the least recently used first. @type {Map<string, number>} */
  const prepared = new Map();
  const out = new ResultWriter();

  // Exclusive comes first: without shared memory it is what makes a write-ahead log possible. Temporary files would need handles.
  connection.exec('pragma locking_mode=exclusive; ' + `pragma journal_mode=${journal};` + ' pragma synchronous=full; pragma temp_store=memory; pragma cache_size=-16000;');
  if (connection.selectValue('pragma journal_mode') !== journal) {
    throw new Failure('Storage', `The database did not enter ${journal} mode.`);
  }

  /** @param {number} [code] */
  const fail = code => {
    const message = wasm.cstrToJs(c.sqlite3_errmsg(db));
    throw new Failure(code === SQLITE.full ? 'Quota' : 'Storage', `SQLite ${code}: ${message}`);
  };

  /** @param {string} sql */
  const prepare = sql => {
    let statement = prepared.get(sql);
    if (statement !== undefined) {
      prepared.delete(sql);
      prepared.set(sql, statement);
      return statement;
    }
    const scope = wasm.scopedAllocPush();
    try {
      const [text, length] = /** @type {[number, number]} */ (/** @type {any} */ (wasm).scopedAllocCString(sql, true));
      const [into, tail] = /** @type {[number, number]} */ (/** @type {any} */ (wasm).scopedAllocPtr(2));
      const code = c.sqlite3_prepare_v3(db, text, length + 1, SQLITE.preparePersistent, into, tail);
      if (code !== SQLITE.ok) fail(code);
      statement = Number(wasm.peekPtr(into));
      const rest = wasm.cstrToJs(wasm.peekPtr(tail)) ?? '';
      if (!statement || rest.trim() !== '') {
        c.sqlite3_finalize(statement);
        throw new Failure('Storage', 'A batch entry holds exactly one statement.');
      }
    } finally {
      wasm.scopedAllocPop(scope);
    }
    if (prepared.size >= STATEMENTS_MAX) {
      const [[oldest, unused]] = prepared;
      prepared.delete(oldest);
      c.sqlite3_finalize(unused);
    }
    prepared.set(sql, statement);
    return statement;
  };

  /**
   * @param {Uint8Array} batch
   * @param {boolean} write
   */
  const run = (batch, write) => {
    const start = Number(wasm.alloc(batch.byteLength + 1));
    try {
      wasm.heap8u().set(batch, start);
      const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
      let at = 0;
      const u32 = () => view.getUint32((at += 4) - 4, true);

      /** @type {string[]} */
      const texts = [];
      for (let n = u32(); n > 0; n--) {
        const length = u32();
        texts.push(utf8.decode(batch.subarray(at, at + length)));
        at += length;
      }
      const count = u32();
      out.begin(count);
      for (let n = 0; n < count; n++) {
        const statement = prepare(texts[u32()]);
        if (!write && !c.sqlite3_stmt_readonly(statement)) {
          throw new Failure('Storage', 'A read batch holds a statement that writes.');
        }
        try {
          for (let parameters = u32(), i = 1; i <= parameters; i++) {
            let code;
            switch (batch[at++]) {
              case VALUE.null: code = c.sqlite3_bind_null(statement, i); break;
              case VALUE.integer: code = c.sqlite3_bind_int64(statement, i, view.getBigInt64(at, true)); at += 8; break;
              case VALUE.real: code = c.sqlite3_bind_double(statement, i, view.getFloat64(at, true)); at += 8; break;
              case VALUE.text: { const length = u32(); code = c.sqlite3_bind_text(statement, i, start + at, length, 0); at += length; break; }
              case VALUE.blob: { const length = u32(); code = c.sqlite3_bind_blob(statement, i, start + at, length, 0); at += length; break; }
              default: throw new Failure('Storage', 'The batch is malformed.');
            }
            if (code !== SQLITE.ok) fail(code);
          }
          step(statement);
        } finally {
          c.sqlite3_reset(statement);
          c.sqlite3_clear_bindings(statement);
        }
      }
      return out.end();
    } finally {
      wasm.dealloc(start);
    }
  };

  /** @param {number} statement */
  const step = statement => {
    const changesBefore = c.sqlite3_total_changes(db);
    const columns = c.sqlite3_column_count(statement);
    out.beginRows(columns);
    for (;;) {
      const code = c.sqlite3_step(statement);
      if (code === SQLITE.done) break;
      if (code !== SQLITE.row) fail(code);
      out.row();
      for (let i = 0; i < columns; i++) {
        switch (c.sqlite3_column_type(statement, i)) {
          case SQLITE.integer: out.integer(VALUE.integer, c.sqlite3_column_int64(statement, i)); break;
          case SQLITE.real: out.real(VALUE.real, c.sqlite3_column_double(statement, i)); break;
          // The pointer first: asking for it may convert, and the length is that of the converted value.
          case SQLITE.text: { const from = Number(c.sqlite3_column_text(statement, i)); out.bytes(VALUE.text, wasm.heap8u(), from, c.sqlite3_column_bytes(statement, i)); break; }
          case SQLITE.blob: { const from = Number(c.sqlite3_column_blob(statement, i)); out.bytes(VALUE.blob, wasm.heap8u(), from, c.sqlite3_column_bytes(statement, i)); break; }
          default: out.nothing(VALUE.null);
        }
      }
    }
    // sqlite3_changes keeps the count of an earlier statement when this one changed nothing.
    out.endRows(c.sqlite3_total_changes(db) === changesBefore ? 0 : c.sqlite3_changes(db));
  };

  /** @param {string} sql */
  const control = sql => {
    const statement = prepare(sql);
    const code = c.sqlite3_step(statement);
    c.sqlite3_reset(statement);
    if (code !== SQLITE.done) fail(code);
  };

  return {
    read: batch => run(batch, false),
    write: batch => {
      control('begin immediate');
      try {
        const result = run(batch, true);
        control('commit');
        return result;
      } catch (error) {
        // Some errors have rolled back already.
        if (!c.sqlite3_get_autocommit(db)) control('rollback');
        throw error;
      }
    },
    close: () => {
      for (const statement of prepared.values()) c.sqlite3_finalize(statement);
      prepared.clear();
      connection.close();
    },
  };
}
