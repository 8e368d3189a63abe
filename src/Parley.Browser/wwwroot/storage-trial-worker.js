// @ts-check
// A database in memory, for a trial: nothing of it touches the device.
import init from './sqlite/sqlite3.js';
import { describe } from './calls.js';
import { openDatabase } from './sql-database.js';

const OPENED = 0;

async function open() {
  const sqlite3 = await init();
  return openDatabase(sqlite3, new sqlite3.oo1.DB(':memory:'), 'memory');
}

const opening = open();

onmessage = async event => {
  const { type, id, batch } = event.data;
  try {
    const database = await opening;
    const result = type === 'write' ? database.write(batch) : database.read(batch);
    postMessage({ id, result }, { transfer: [result.buffer] });
  } catch (error) {
    postMessage({ id, error: describe(error) });
  }
};

opening.then(() => postMessage({ id: OPENED }), error => postMessage({ id: OPENED, error: describe(error) }));
