/**
 * The shell between us and a gateway: it claims the life, runs the gateway, and writes down how that ended, whether we
 * are there to see it or not. Its text is always the same; what differs comes as arguments, and so is never read as
 * shell.
 */

import { spawn, type ChildProcess } from 'node:child_process';

/** Arguments: folder of the lives, number, program with its arguments. */
const script = `
set -uf
umask 077
folder=$1 life=$2
shift 2
born() {
  if [ -r /proc/self/stat ]; then
    IFS= read -r stat < "/proc/$1/stat" || return
    IFS= read -r boot < /proc/sys/kernel/random/boot_id || return
    set -- \${stat##*) }
    echo "\${20}@$boot"
  else
    set -- $(LC_ALL=C ps -o lstart= -p "$1")
    echo "$*"
  fi
}
draft="$folder/.$life.$$"
note() { printf '%s\\n%s\\n' "$1" "$(born "$1")" > "$draft"; }
{
  note "$$" && ln "$draft" "$folder/$life"
  claimed=$?
  rm -f "$draft"
} 2> /dev/null
[ "$claimed" -eq 0 ] || exit 75
trap 'told=1' HUP INT TERM
"$@" < /dev/null &
child=$!
{ note "$child" && mv "$draft" "$folder/$life.child"; } 2> /dev/null
code=
while :; do
  told=
  wait "$child"
  now=$?
  if [ "$now" -ne 127 ] || [ -z "$code" ]; then code=$now; fi
  [ -n "$told" ] || break
done
{ printf '%s\\n' "$code" > "$draft" && mv "$draft" "$folder/$life.end"; } 2> /dev/null
`;

/** By which one is known among the processes. */
export const keeperName = 'perdure-keeper';

export interface Keeping {
  readonly livesFolder: string;
  readonly number: number;
  readonly program: string;
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Where its words go. */
  readonly logFd: number;
}

/** In a session of its own: it goes on when we end, and no signal for us reaches it. */
export function startKeeper(keeping: Keeping): ChildProcess {
  const { livesFolder, number, program, env, folder, logFd } = keeping;
  const words = ['-c', script, keeperName, livesFolder, String(number), program, ...keeping.arguments];
  const child = spawn('/bin/sh', words, { cwd: folder, env, detached: true, stdio: ['ignore', logFd, logFd] });
  child.unref();
  return child;
}
