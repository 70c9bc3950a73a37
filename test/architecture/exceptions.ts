/** Files that do what others must not, each with its reason. */

/** Files of the source that ask where they lie, and why they may. */
export const whereAmI: Readonly<Record<string, string>> = {
  'packages/launcher/src/entries.ts': 'it starts processes, and asks their packages for the files',
  'packages/launcher/src/restate/server-binary.ts': 'it asks the package of this platform for the binary',
  'packages/perdure/src/main.ts': 'it keeps compiled code beside the bundle',
  'packages/perdure/src/cli/command-folder.ts': 'the command lies somewhere above it',
  'packages/perdure/src/skills/places.ts': 'the skills that ship lie somewhere above it',
  'packages/server/src/fleet/ships.ts': 'the channel plugin that ships lies somewhere above it',
  'packages/worker/src/definitions/import-limit.ts': 'the thread beside an import is a file of its own',
  'packages/worker/src/definitions/module.ts': 'user code gets the authoring API that lies beside it',
  'packages/worker/src/definitions/roots.ts': 'the agents and pipelines that ship lie in the repository',
  'packages/testing/src/fake-openclaw/install.ts': 'what it installs runs the file beside it',
  'packages/runs/src/record/call-site.ts': 'what lies in its package is not the code of a user',
  'packages/schema-check/src/thread.ts': 'the code of its thread lies beside it',
  'packages/worker/src/loop/loop-watch.ts': 'the code of its thread lies beside it',
  'packages/worker/src/loop/ask-who-holds.ts': 'what lies in its package is not the code of a user',
  'packages/worker/src/tools/shipped/ask-process.ts': 'processes of tools lie beside it',
};

/** Files whose `new URL(…, import.meta.url)` leaves their folder. */
export const leavesItsFolder: readonly string[] = ['packages/worker/src/definitions/roots.ts'];

/** Imports in tests that lead into the test folder of another package. */
export const sharedTests: Readonly<Record<string, string>> = {
  'packages/perdure/test/chat/chat.test.ts': 'a client that comes back is tested against the server itself',
  'packages/perdure/test/hub/hub-place.ts': 'who speaks as several is tested against the server itself',
  'packages/sdk/test/client.test.ts': 'a client is tested against the server itself',
  'packages/perdure/test/hub/drive.test.ts': 'bytes go to the server itself: a fake would only say that they had come',
};

/** Circles between files that somebody is about to open. */
export const circlesLeft: readonly (readonly string[])[] = [];

/**
 * Who writes files with the functions of Node itself. All others go through `home/src/files.ts`, which follows no link
 * and leaves no half.
 */
export const writers: Readonly<Record<string, string>> = {
  'packages/fleet/src/home/gateway-home.ts': 'a home gets its name, and loses it, as a whole folder',
  'packages/home/src/backup/copy-file.ts': 'it copies into a folder that it has just made, each file exclusively',
  'packages/home/src/backup/make.ts': 'a backup gets its name as a whole folder',
  'packages/home/src/backup/restore.ts': 'so does a state root that is restored',
  'packages/home/src/files.ts': 'it is the one place',
  'packages/home/src/log-file.ts': 'it gives a log that has grown large another name',
  'packages/home/src/sockets.ts': 'the short name of a long path is a link, and who made it is looked at',
  'packages/launcher/src/restate/damaged-data.ts': 'it gives the folder of the engine another name, and back',
  'packages/demo-model/src/request-log.ts': 'it adds to the file that its owner named on the command line',
  'packages/perdure/src/cli/write-new-file.ts': 'it makes a file that was not there, exclusively, or refuses',
  'packages/tasks/src/archive/archive-file.ts':
    'it writes into a draft piece by piece, and syncs the folder it is named in',
  'packages/testing/src/fake-openclaw/home.ts': 'it adds to the log that the settings name',
  'packages/testing/src/fake-openclaw/install.ts': 'it makes a package in an empty folder of a test',
  'packages/testing/src/small-disk.ts': 'it fills a disk that is its own',
  'packages/testing/src/installed.ts': 'half an install gets its name when it is whole',
  'packages/tasks/src/mirror/file-lock.ts': 'the lock is that the file can be made once',
  'packages/tasks/src/mirror/mirror-logs.ts': 'it writes to what it was given open, and gives drafts their names',
  'packages/worker/src/tools/shipped/file-operations.ts':
    'agents write in a workspace that is entered folder by folder',
  'packages/fleet/src/openclaw/program.ts': 'a backup that OpenClaw has made gets its place when it is whole',
  'packages/fleet/src/home/keep-files.ts': 'it copies what is in a home as it is, links and permissions too',
  'packages/testing/src/hand-made-sibling.ts': 'it makes what others leave, permissions too',
};
