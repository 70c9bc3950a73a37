/** What a run that was undone can still be: the beginning of another one. Pure. */

export function forkCommand(runId: string, from: string, homeFlag: string): string {
  return `perdure runs fork ${runId} --from ${from}${homeFlag}`;
}

/** In place of every advice to retry: it would be refused. */
export function undoneHint(runId: string, from: string, homeFlag: string): string {
  return `Its effects were undone, so it is not retried; \`${forkCommand(runId, from, homeFlag)}\` does them again, as another run.`;
}
