/** What the thread and the loop it watches have agreed on. */

export interface LoopThreadData {
  readonly memory: SharedArrayBuffer;
  readonly file: string;
  readonly lookEveryMs: number;
}

/** Global name of the function that tells, as JSON, in whose name the code runs that is running. */
export const nameOfAsking = 'perdureLoopOccupant';
