/**
 * What a model is told about these tools. Several harnesses drop the instructions of a server, so each result repeats
 * the key rule.
 */

/** Clients cut what is longer. */
export const instructionsLimit = 2_048;

export const keyRule =
  'Rule: name task_id and lease in every call; work in short slices; after each call perdure_boundary and obey its answer; what you have not verified is not done.';

const verifying =
  'perdure_verify for each done criterion: Perdure runs the command itself and keeps the outcome. Changed files make evidence void. Run a baseline (kind baseline) before the first change if checks may fail already.';
/** Where no tool runs a command, as over HTTP. */
const proving =
  'Each done criterion needs evidence, and no tool here runs a command: run `PERDURE_LEASE=<lease> perdure task verify <task_id> --criterion <n> -- <command>` in a shell, or say that it has to be run. Changed files make evidence void.';

export function instructionsFor({ runsCommands }: { readonly runsCommands: boolean }): string {
  return `Durable tasks: the ledger of a long piece of work. It outlives your memory, your process and your harness.

Use it for work of more than a few minutes, with several checkpoints, whose interruption would cost something. Never for a question or a change made in one go.

1. perdure_create first: a goal, done criteria that a command can check, milestones, the next step. It answers with a lease. After a reset, or when you are told to continue, perdure_continue instead: it answers with a brief and a lease. Keep the lease in your notes.
2. Work in slices of some minutes. After each, perdure_progress (what is done, next_step) and perdure_boundary. Obey its answer: go_on, pause or stop, and the steering. What a person paused or stopped is continued only when a person says so.
3. Before anything with effects outside (send, publish, deploy, pay): perdure_action start; after it: done or failed. One whose end nobody saw is never repeated: find out what became of it, then resolve.
4. ${runsCommands ? verifying : proving}
5. perdure_complete. It is refused while anything is missing, and says what.

A refusal is an answer, not an error to get around: it says why, and what to do. Never invent a lease, never report as done what was refused.

${keyRule}`;
}
