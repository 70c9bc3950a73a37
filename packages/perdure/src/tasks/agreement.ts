/**
 * The working agreement between a task and whoever works on it: printed by `perdure task --help` and `perdure task
 * prime`.
 */

export const agreement = `How to work with a task
  Begin     perdure task continue            what to do next, and your lease: kept for you, or export it
            perdure task create <id> …       if there is none: a goal, and criteria that a command can check
  A slice   perdure task boundary <id>       before each: go on, pause, stop, or something to heed; obey it
            perdure task progress <id> "…"   after each, with --next-step; what is not recorded is lost
  Effects   perdure task action start <id> <name>, do it with the key, then action done or failed
            started and never ended: find out, then action resolve; never do it twice
  Evidence  perdure task verify <id> --criterion N -- <command>   run by us; a later edit voids it
            your own word (--attest) is weaker and mostly not enough
  Lanes     perdure task lane assign <id> <line> "<goal>", lane brief for its worker, lane ingest, lane decide
            perdure task lane check <id> --strict before a turn ends: 9 while one is dropped or waits
  Context   perdure task context <id> <percent>   45: prepare; 50: hand over, then continue afresh
  End       perdure task complete <id>       exit 9 lists what is missing with the commands; never guess
Exit 8: somebody else holds the lease, or you saw an old revision. Pause, stop, steer and note need no lease.
With --json every answer is { "schema_version": 1, "data": … }; lists are one such line each.`;
