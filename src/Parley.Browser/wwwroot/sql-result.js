// @ts-check

/** Writes the answer to a batch: the bytes that SqlResults.cs reads. */
export class ResultWriter {
  #bytes = new Uint8Array(64 * 1024);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #rowCountAt = 0;
  #rows = 0;

  /** @param {number} statements */
  begin(statements) {
    this.#at = 0;
    this.#room(4);
    this.#u32(statements);
  }

  /** @param {number} columns */
  beginRows(columns) {
    this.#room(12);
    this.#u32(columns);
    this.#rowCountAt = this.#at;
    this.#at += 8;
    this.#rows = 0;
  }

  row() {
    this.#rows++;
  }

  /** @param {number} changed */
  endRows(changed) {
    this.#view.setUint32(this.#rowCountAt, this.#rows, true);
    this.#view.setUint32(this.#rowCountAt + 4, changed, true);
  }

  /** @param {number} tag */
  nothing(tag) {
    this.#room(1);
    this.#bytes[this.#at++] = tag;
  }

  /**
   * @param {number} tag
   * @param {bigint} value
   */
  integer(tag, value) {
    this.#room(9);
    this.#bytes[this.#at++] = tag;
    this.#view.setBigInt64(this.#at, value, true);
    this.#at += 8;
  }

  /**
   * @param {number} tag
   * @param {number} value
   */
  real(tag, value) {
    this.#room(9);
    this.#bytes[this.#at++] = tag;
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  /**
   * @param {number} tag
   * @param {Uint8Array} heap
   * @param {number} from
   * @param {number} length
   */
  bytes(tag, heap, from, length) {
    this.#room(5 + length);
    this.#bytes[this.#at++] = tag;
    this.#u32(length);
    this.#bytes.set(heap.subarray(from, from + length), this.#at);
    this.#at += length;
  }

  /** @returns {Uint8Array} A copy of its own, which may be transferred. */
  end() {
    return this.#bytes.slice(0, this.#at);
  }

  /** @param {number} value */
  #u32(value) {
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  /** @param {number} more */
  #room(more) {
    if (this.#at + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + more));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
