/** Commands about the hub: who is in it, where they meet, what is said. */

import { Option } from 'commander';
import { leaf, noun, type Declaration } from '../cli/declaration.ts';
import { declareAssignments } from './declare-assignments.ts';
import { repeated, wholeNumber, withSpeaker, type CommonOptions } from '../cli/options.ts';
import type { CreateChannelOptions } from './channels-create.ts';
import type { ListChannelsOptions } from './channels-list.ts';
import { declareDrive } from './declare-drive.ts';
import type { CreateKeyOptions } from './keys-create.ts';
import type { ListMessagesOptions } from './messages-list.ts';
import type { SendMessageOptions } from './messages-send.ts';
import type { OpenOptions } from './open.ts';
import type { LogOptions } from './principals-log.ts';
import type { CreatePrincipalOptions } from './principals-create.ts';

export function declareHub(declaration: Declaration): void {
  declarePrincipals(declaration);
  declareKeys(declaration);
  declareSessions(declaration);
  declareChannels(declaration);
  declareMessages(declaration);
  declareAssignments(declaration);
  declareDrive(declaration);
}

function declarePrincipals({ program, rim, run }: Declaration): void {
  const principals = noun(program, 'principals', 'People and agents of the hub: list, create, rename, log');
  leaf(principals, 'list', { summary: 'Who is in the hub, by handle', example: 'perdure principals list' }).action(
    run(async (options: CommonOptions) => (await import('./principals-list.ts')).listPrincipals(rim, options)),
  );
  leaf(principals, 'create <handle>', {
    summary: 'A new person or agent; a key for it is made next',
    example: 'perdure principals create scout --kind agent --name "The scout"',
  })
    .addOption(new Option('--kind <kind>', 'what it is').choices(['agent', 'human']).default('agent'))
    .option('--name <name>', 'how it is shown (default: its handle)')
    .action(
      run(async (handle: string, options: CreatePrincipalOptions) =>
        (await import('./principals-create.ts')).createPrincipal(rim, handle, options),
      ),
    );
  leaf(principals, 'rename <handle> <name>', {
    summary: 'Show a principal under another name; the handle stays',
    example: 'perdure principals rename owner Ada',
  }).action(
    run(async (handle: string, name: string, options: CommonOptions) =>
      (await import('./principals-rename.ts')).renamePrincipal(rim, { handle, name }, options),
    ),
  );
  declareLog({ program: principals, rim, run });
  withSpeaker(principals);
}

function declareLog({ program: principals, rim, run }: Omit<Declaration, 'words'>): void {
  leaf(principals, 'log [handle]', {
    summary: 'Who managed what in the hub, newest first; of one principal: what they did, or had done to them',
    example: 'perdure principals log scout',
  })
    .option('--limit <n>', 'at most this many', wholeNumber('--limit', 1, 1000), 50)
    .action(
      run(async (handle: string | undefined, options: LogOptions) =>
        (await import('./principals-log.ts')).logPrincipals(rim, handle, options),
      ),
    );
}

function declareKeys({ program, rim, run }: Declaration): void {
  const keys = noun(program, 'keys', 'Keys of principals: list, create, revoke');
  leaf(keys, 'list <handle>', {
    summary: 'The keys of a principal, and when each was last used',
    example: 'perdure keys list scout',
  }).action(
    run(async (handle: string, options: CommonOptions) =>
      (await import('./keys-list.ts')).listKeys(rim, handle, options),
    ),
  );
  leaf(keys, 'create <handle>', {
    summary: 'A new key for a principal, shown this once',
    example: 'perdure keys create scout --label laptop',
  })
    .option('--label <text>', 'what to know it by')
    .option('--save', 'keep it in the state root for --as, and do not show it')
    .action(
      run(async (handle: string, options: CreateKeyOptions) =>
        (await import('./keys-create.ts')).createKey(rim, handle, options),
      ),
    );
  leaf(keys, 'revoke <handle> <key>', {
    summary: 'Take a key back, by its id or its label: it opens nothing any more, and its sockets are closed',
    example: 'perdure keys revoke scout laptop',
  }).action(
    run(async (handle: string, key: string, options: CommonOptions) =>
      (await import('./keys-revoke.ts')).revokeKey(rim, { handle, key }, options),
    ),
  );
  withSpeaker(keys);
}

function declareSessions({ program, rim, run }: Declaration): void {
  leaf(program, 'open', {
    summary: 'A link to sign in with a browser, to be opened once, within ten minutes',
    example: 'perdure open --as anna',
  })
    .option('--as <handle>', 'who signs in (default: the owner)')
    .option('--browser', 'open it in the browser of this machine, and print no link')
    .action(run(async (options: OpenOptions) => (await import('./open.ts')).openBrowser(rim, options)));
  const sessions = noun(program, 'sessions', 'People in browsers: list, revoke');
  leaf(sessions, 'list', { summary: 'Who is signed in, and links that wait', example: 'perdure sessions list' }).action(
    run(async (options: CommonOptions) => (await import('./sessions.ts')).listSessions(rim, options)),
  );
  leaf(sessions, 'revoke <session>', {
    summary: 'End a session, by the beginning of its id: it opens nothing any more, and its sockets are closed',
    example: 'perdure sessions revoke 019b0000',
  }).action(
    run(async (session: string, options: CommonOptions) =>
      (await import('./sessions.ts')).revokeSession(rim, session, options),
    ),
  );
  withSpeaker(sessions);
}

function declareChannels({ program, rim, run }: Declaration): void {
  const channels = noun(program, 'channels', 'Channels of the hub: list, create, dm, members, add, remove');
  leaf(channels, 'list', { summary: 'The channels you are in', example: 'perdure channels list --all' })
    .option('--all', 'also those you are not in')
    .action(
      run(async (options: ListChannelsOptions) => (await import('./channels-list.ts')).listChannels(rim, options)),
    );
  leaf(channels, 'create <name>', {
    summary: 'A new channel, with you in it',
    example: 'perdure channels create Plans --member scout --member ada',
  })
    .option('--member <handle>', 'who else is in it; may be given several times', repeated)
    .addOption(new Option('--kind <kind>', 'what it is').choices(['group', 'channel']).default('group'))
    .action(
      run(async (name: string, options: CreateChannelOptions) =>
        (await import('./channels-create.ts')).createChannel(rim, name, options),
      ),
    );
  leaf(channels, 'dm <handle>', {
    summary: 'Your channel with one other, made if there is none',
    example: 'perdure channels dm scout',
  }).action(
    run(async (handle: string, options: CommonOptions) =>
      (await import('./channels-create.ts')).openDirect(rim, handle, options),
    ),
  );
  declareMembers({ program: channels, rim, run });
  withSpeaker(channels);
}

function declareMembers({ program: channels, rim, run }: Omit<Declaration, 'words'>): void {
  leaf(channels, 'members <channel>', {
    summary: 'Who is in a channel, and how far each has read',
    example: 'perdure channels members Plans',
  }).action(
    run(async (channel: string, options: CommonOptions) =>
      (await import('./channels-members.ts')).listMembers(rim, channel, options),
    ),
  );
  leaf(channels, 'add <channel> <handle>', {
    summary: 'Take somebody into a channel',
    example: 'perdure channels add Plans scout',
  }).action(
    run(async (channel: string, handle: string, options: CommonOptions) =>
      (await import('./channels-members.ts')).addMember(rim, { channel, handle }, options),
    ),
  );
  leaf(channels, 'remove <channel> <handle>', {
    summary: 'Take somebody out of a channel',
    example: 'perdure channels remove Plans scout',
  }).action(
    run(async (channel: string, handle: string, options: CommonOptions) =>
      (await import('./channels-members.ts')).removeMember(rim, { channel, handle }, options),
    ),
  );
}

function declareMessages({ program, rim, run }: Declaration): void {
  const messages = noun(program, 'messages', 'Messages of a channel: list, send');
  leaf(messages, 'list <channel>', {
    summary: 'What was said in a channel, the newest last',
    example: 'perdure messages list Plans --limit 50',
  })
    .option('--limit <n>', 'at most this many', wholeNumber('--limit', 1, 100), 20)
    .option('--before <seq>', 'those before this number', wholeNumber('--before', 1, Number.MAX_SAFE_INTEGER))
    .action(
      run(async (channel: string, options: ListMessagesOptions) =>
        (await import('./messages-list.ts')).listMessages(rim, channel, options),
      ),
    );
  leaf(messages, 'send <channel> [text]', {
    summary: 'Say something in a channel that you are in; `-` reads it from stdin',
    example: 'perdure messages send Plans "Good morning"',
  })
    .option('--attach <file>', 'a file of this machine to go with it; may be given several times', repeated)
    .option('--reply <seq>', 'answer the message of this number', wholeNumber('--reply', 1, Number.MAX_SAFE_INTEGER))
    .action(
      run(async (channel: string, text: string | undefined, options: SendMessageOptions) =>
        (await import('./messages-send.ts')).sendMessage(rim, { channel, text }, options),
      ),
    );
  withSpeaker(messages);
}
