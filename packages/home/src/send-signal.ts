/** Signals a process, or with a negative number its group. One that has ended by itself meanwhile needs none. */
export function sendSignal(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
