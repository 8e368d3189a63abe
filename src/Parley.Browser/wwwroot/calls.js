// @ts-check
// Answers of asynchronous work, kept until .NET fetches them: .NET starts a call under a number, is told through one callback
// that the number is done, and copies the bytes into its own memory. An awaited Promise-returning import would cost 4 ms a call.

/**
 * @typedef {object} Calls
 * @property {(id: number, work: Promise<Uint8Array>) => void} follow Answers the call with what the work gives.
 * @property {(id: number, bytes: Uint8Array) => void} succeed Answers the call.
 * @property {(id: number, error: unknown) => void} fail Answers the call with an error.
 * @property {(id: number, into: View) => void} take Copies an answer out and forgets it.
 * @property {(id: number) => string} takeError Gives an error as "Code:message" and forgets it.
 */

/**
 * What .NET's marshaller passes for a Span: valid until the call returns.
 * @typedef {object} View
 * @property {(bytes: Uint8Array) => void} set
 * @property {() => Uint8Array} slice
 */

/** An error whose code .NET turns into the ParleyErrorCode of that name. */
export class Failure extends Error {
  /**
   * @param {'Storage'|'Quota'|'StoreInUse'|'Unsupported'} code
   * @param {string} message For developers; no user data.
   */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * @param {unknown} error
 * @returns {string} "Code:message"
 */
export function describe(error) {
  if (error instanceof Failure) return `${error.code}:${error.message}`;
  if (error instanceof DOMException) {
    const code = { QuotaExceededError: 'Quota', NotSupportedError: 'Unsupported', NoModificationAllowedError: 'StoreInUse' }[error.name];
    return `${code ?? 'Storage'}:${error.name}: ${error.message}`;
  }
  return `Storage:${error instanceof Error ? error.message : String(error)}`;
}

/**
 * @param {(id: number, length: number) => void} done Called with the answer's length, or -1 when there is an error to take.
 * @returns {Calls}
 */
export function openCalls(done) {
  /** @type {Map<number, Uint8Array|string>} */
  const answers = new Map();

  /** @type {Calls['succeed']} */
  const succeed = (id, bytes) => {
    answers.set(id, bytes);
    done(id, bytes.byteLength);
  };
  /** @type {Calls['fail']} */
  const fail = (id, error) => {
    answers.set(id, typeof error === 'string' ? error : describe(error));
    done(id, -1);
  };
  return {
    succeed,
    fail,
    follow: (id, work) => {
      work.then(bytes => succeed(id, bytes), error => fail(id, error));
    },
    take: (id, into) => {
      const answer = answers.get(id);
      answers.delete(id);
      if (answer instanceof Uint8Array) into.set(answer);
    },
    takeError: id => {
      const answer = answers.get(id);
      answers.delete(id);
      return typeof answer === 'string' ? answer : 'Storage:no error';
    },
  };
}
