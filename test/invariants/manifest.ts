/**
 * Every numbered rule of the product: its words, where they are told, and what enforces it. Data alone;
 * `test/invariants.test.ts` holds headers, pages and titles of tests to it. A new rule begins here.
 *
 * Files are named by the end of their path, as much of it as one file alone has: so a list survives a folder that
 * moves, and a file that was renamed, split or deleted is missed.
 */

interface Rules {
  readonly about: string;
  /**
   * The page, or where a rule is the affair of one module alone the module, that tells these rules in the words below
   * and then more.
   */
  readonly told: string;
  readonly rules: Readonly<Record<string, Rule>>;
}

interface Rule {
  /** What would be false if it were broken. */
  readonly says: string;
  /** Source files that keep it. Each cites its number. */
  readonly by: readonly string[];
}

/** By letter. A letter means one thing in the whole repository. */
export const manifest: Readonly<Record<string, Rules>> = {
  R: {
    about: 'the record of a run and its drivers',
    told: 'docs/concepts/runs.md',
    rules: {
      R1: {
        says: 'A drive begins by raising the fence and loading the record, in one transaction; every commit names that fence.',
        by: ['run-begin.ts', 'run-journal.ts'],
      },
      R2: {
        says: 'A commit with an old fence is refused: that driver has lost the run, stops, and touches nothing more.',
        by: ['run-journal.ts', 'run-record.ts', 'session/gate.ts'],
      },
      R3: {
        says: 'The first commit of a key wins; a second one adopts it.',
        by: ['run-journal.ts', 'step-writes.ts'],
      },
      R4: {
        says: 'Two drives of one run in one process are one: the second joins the first and raises no fence.',
        by: ['/driver.ts'],
      },
      R5: {
        says: 'Whatever the engine does not bring comes back from the record; the engine is never asked.',
        by: ['/sweep.ts', 'sweep-store.ts', 'keep-registered.ts'],
      },
      R6: {
        says: 'A drive of a finished run repeats its outgoing wake to the parent before it returns.',
        by: ['/driver.ts'],
      },
      R7: {
        says: 'Ten drives in a row without a commit, or three that held the whole worker up: `needs_attention` with the last error.',
        by: ['/driver.ts'],
      },
    },
  },
  P: {
    about: 'playing a pipeline',
    told: 'docs/concepts/runs.md',
    rules: {
      P1: {
        says: 'What happens between steps depends on the input and on recorded results alone; `now` and `uuid` are the same in every drive, a log line is written once.',
        by: ['drive-session.ts', 'run-record.ts', 'steps/context.ts'],
      },
      P2: {
        says: 'Parking never throws: a call that cannot go on now returns a promise that never settles, so a `catch` or `finally` of the author never sees our machinery.',
        by: ['drive-session.ts', '/play.ts'],
      },
      P3: {
        says: 'A parked run holds no process, connection, timer or memory.',
        by: ['/sleep.ts', 'drive/endings.ts'],
      },
      P4: {
        says: 'Keys are unique in their scope; a key used twice stops the run and names both places.',
        by: ['claimed-keys.ts', 'steps/scope.ts'],
      },
      P5: {
        says: 'The kind of a recorded key must match, and its input where one was recorded; a difference stops the run.',
        by: ['steps/scope.ts'],
      },
    },
  },
  T: {
    about: 'tool calls',
    told: 'docs/concepts/tools.md',
    rules: {
      T1: {
        says: '`pure` and `idempotent` calls are run again, with the same idempotency key.',
        by: ['tool-run.ts'],
      },
      T2: {
        says: 'A `once` call is never run twice by itself.',
        by: ['tool-run.ts'],
      },
      T3: {
        says: 'A call with `confirm` waits for an approval that shows its exact arguments.',
        by: ['tool-call.ts'],
      },
      T4: {
        says: 'A failure is a value for an agent and an error for a pipeline; a tool that throws is a defect, logged as one.',
        by: ['tool-call.ts'],
      },
    },
  },
  E: {
    about: 'what is asked of the engine',
    told: 'docs/concepts/runs.md',
    rules: {
      E1: {
        says: 'After `wake` resolves, `drive` is called at least once at or after `at`, whatever dies.',
        by: ['restate/waker.ts'],
      },
      E2: {
        says: 'One driver per run as far as the engine knows; nothing relies on it.',
        by: ['restate/endpoint.ts'],
      },
      E3: {
        says: 'A drive that throws is called again: after 200 ms, doubling, at most 1 s between tries.',
        by: ['restate/endpoint.ts'],
      },
      E4: {
        says: 'A wake during a drive leads to another drive.',
        by: ['restate/endpoint.ts'],
      },
    },
  },
  G: {
    about: 'the group commit',
    told: 'docs/concepts/runs.md',
    rules: {
      G1: {
        says: "A member's promise resolves only after the COMMIT that holds its writes has returned.",
        by: ['group-commit.ts'],
      },
      G2: {
        says: 'A member that throws never fails its neighbours: the group is rolled back and each member runs again in a transaction of its own.',
        by: ['group-commit.ts'],
      },
      G3: {
        says: 'Between transactions the lock is left to other processes as `LockBudget` says.',
        by: ['group-commit.ts', 'lock-budget.ts'],
      },
      G4: {
        says: 'A lock that another process holds is asked for each millisecond, and the event loop goes on meanwhile.',
        by: ['group-commit.ts'],
      },
    },
  },
  L: {
    about: 'the log of a task',
    told: 'task-store.ts',
    rules: {
      L1: {
        says: 'Snapshot and log are written in one transaction, and the promise resolves when it is on disk.',
        by: ['task-store.ts'],
      },
      L2: {
        says: 'A command reads, decides and writes under the write lock: of many writers none overwrites what it has not seen.',
        by: ['task-store.ts'],
      },
      L3: {
        says: 'The snapshot is the fold of the log.',
        by: ['task-store.ts'],
      },
    },
  },
  A: {
    about: 'who may talk to the server',
    told: 'http/security.ts',
    rules: {
      A1: {
        says: 'The Host header must name this server as it is reached where the request came in, else a foreign name was pointed at us (DNS rebinding).',
        by: ['http/entrance.ts'],
      },
      A2: {
        says: "An Origin header, which browsers add, must be the server's own.",
        by: ['http/entrance.ts', 'http/security.ts'],
      },
      A3: {
        says: 'All but the open routes need a key, in the Authorization header and nowhere else: URLs end up in logs.',
        by: ['http/security.ts'],
      },
      A4: {
        says: "The key of a principal opens the hub alone; all else is the owner's.",
        by: ['http/security.ts'],
      },
      A5: {
        says: 'A session opens nothing by its cookie alone, and nothing for a page of another origin.',
        by: ['http/session-cookie.ts', 'ws/listen-sockets.ts'],
      },
    },
  },
  H: {
    about: 'who may do what in the hub',
    told: 'core/may.ts',
    rules: {
      H1: {
        says: 'Nobody gives what they do not have: a member is taken in by who cares for the channel, a key is made by the owner, in a family by its lead.',
        by: ['core/may.ts', 'decide-principal.ts'],
      },
      H2: {
        says: 'What somebody may not see does not exist for them; what they see and may not do is refused in words.',
        by: ['core/may.ts', 'decide-channel.ts'],
      },
      H3: {
        says: 'No row, no change: who was let in, given a key or taken in, and by whom, is written down in the transaction that does it, and none of it is ever changed or removed.',
        by: ['core/audit.ts', 'audit-store.ts'],
      },
      H4: {
        says: 'The lead of a family does in it what its owner may, and anywhere else nothing by that. It names no lead, takes in nobody who was there already, and gives no key to a member that has used one.',
        by: ['core/may.ts', 'decide-principal.ts'],
      },
      H5: {
        says: 'A member that is deprovisioned is let in no more: its keys are taken back in the transaction that says so.',
        by: ['core/may.ts', 'family/members.ts'],
      },
      H6: {
        says: 'A session is opened once, by the one who has its link, and opens nothing once it has ended.',
        by: ['core/sessions.ts', 'hub/src/core/ports.ts'],
      },
    },
  },
  D: {
    about: 'files of the hub, and links to them',
    told: 'core/drive/states.ts',
    rules: {
      D1: {
        says: 'A file is acknowledged when its bytes and its row are on disk, and its bytes are as many as were said.',
        by: ['bytes/drive-folder.ts', 'desk/drive.ts', 'drive/decide-file.ts'],
      },
      D2: {
        says: 'What nobody goes on with is removed, row and bytes, and so are bytes that no row knows, whatever died in between.',
        by: ['desk/drive.ts', 'desk/sweep-drive.ts'],
      },
      D3: {
        says: 'A link opens one file, for a time, as long as the message that brings it is there; an upload URL takes one, once.',
        by: ['desk/links.ts', 'drive/decide-file.ts'],
      },
    },
  },
  V: {
    about: 'who is given what lies in a vault',
    told: 'docs/concepts/vault.md',
    rules: {
      V1: {
        says: 'No audit row, no secret: what was done is written down in the transaction that does it, and where that cannot be written nothing is given and nothing is changed.',
        by: ['core/vault/ports.ts', 'store/vault/leases.ts'],
      },
      V2: {
        says: 'A value is given to whose lease it is, while the lease lasts and they are in the vault; to nobody else, and on no other way.',
        by: ['vault/decide-lease.ts'],
      },
      V3: {
        says: 'Nobody gives a role that is above their own, nor takes out who has one; a vault keeps an owner.',
        by: ['core/vault/roles.ts', 'decide-vault.ts'],
      },
      V4: {
        says: 'A tool or a model server is given what was granted to it and nothing else, as it was when it was granted, and on behalf of who granted it for as long as they may.',
        by: ['vault/decide-lend.ts', 'store/vault/lending.ts'],
      },
    },
  },
  C: {
    about: 'what goes over a socket of the hub',
    told: 'docs/concepts/hub.md',
    rules: {
      C1: {
        says: 'In each channel none is sent twice, none is left out behind the first, and numbers rise but for who asks late.',
        by: ['ws/feeds.ts'],
      },
      C2: {
        says: 'While a channel is caught up with, what is new in it is held back: it is read from the store in its turn.',
        by: ['ws/feeds.ts'],
      },
      C3: {
        says: 'For a moment after the beginning everything is held back: the client has yet to say what it has missed.',
        by: ['ws/feeds.ts'],
      },
      C4: {
        says: 'Nothing is sent before `authenticated`, but the reason of a refusal.',
        by: ['ws/connection.ts'],
      },
      C5: {
        says: 'A client that is refused is not closed with 1000 or 1001: it would be back at once, for ever.',
        by: ['ws/connection.ts'],
      },
    },
  },
  F: {
    about: 'file tools, and nobody who leads them elsewhere',
    told: 'pinned-folder.ts',
    rules: {
      F1: {
        says: 'The working folder is inside of the workspace: at first it is the workspace itself.',
        by: ['pinned-folder.ts'],
      },
      F2: {
        says: 'What `lstat` finds under a name in the working folder is its true child, for no link is followed on the way there.',
        by: ['pinned-folder.ts'],
      },
      F3: {
        says: 'A step is taken only if we then stand in that very child (same device, same number).',
        by: ['pinned-folder.ts'],
      },
      F4: {
        says: 'Everything else is done on bare names in the working folder, and follows no link.',
        by: ['file-operations.ts'],
      },
    },
  },
  M: {
    about: 'gateways of agents, and what is done to them',
    told: 'docs/concepts/fleet.md',
    rules: {
      M1: {
        says: 'In the end of a job all of it is there, or nothing of it: a gateway is online or gone, changed and well or as it was.',
        by: ['fleet/src/pipelines/index.ts'],
      },
      M2: {
        says: 'A step is done for the run that is at work on the gateway, and for no other.',
        by: ['decide-gateway.ts', 'fleet-desk.ts'],
      },
      M3: {
        says: 'A home is touched only where it carries our mark with the id of this agent.',
        by: ['gateway-home.ts'],
      },
      M4: {
        says: 'No home is removed before an archive of it was read back whole.',
        by: ['archive-home.ts', 'deprovision/clear.ts', 'put-away.ts'],
      },
      M5: {
        says: 'Two lives of one gateway never run at once, whoever begins them.',
        by: ['begin-life.ts', 'supervisor/lives.ts'],
      },
      M6: {
        says: 'A process is acted on by its number and when it began, a service by what was recorded of it: never by a name alone.',
        by: ['end-life.ts', 'systemd/control.ts'],
      },
      M7: {
        says: "The environment of a gateway, and of each command of OpenClaw's, is made of nothing: no key and no setting is passed on.",
        by: ['openclaw/environment.ts'],
      },
      M8: {
        says: 'Online is who is ready with its own process alive, and came to the hub with the key of this run.',
        by: ['provision/health.ts'],
      },
    },
  },
  S: {
    about: 'supervision of a part',
    told: '/supervise.ts',
    rules: {
      S1: {
        says: 'A part that ends unasked is started again after a growing pause; one that lived well begins with the shortest.',
        by: ['/supervise.ts'],
      },
      S2: {
        says: "Until it was ready for the first time, a final error or five crashes in a row give up: `ready` rejects with the part's own error.",
        by: ['/supervise.ts'],
      },
      S3: {
        says: 'A restart that was asked for has no pause, and cuts a pause or a start short.',
        by: ['/supervise.ts'],
      },
      S4: {
        says: 'After `retire` or `stop` nothing is started, and what was starting is killed.',
        by: ['/supervise.ts'],
      },
      S5: {
        says: 'A part that is ending is told again only to hurry: by a stop, where it ends for a restart, which has time; and by force.',
        by: ['/supervise.ts'],
      },
      S6: {
        says: 'A part of ours that has answered once is killed when it has not answered for 30 s, one that never has when it has not for 60 s: it may be loading on a slow machine',
        by: ['part-patience.ts'],
      },
    },
  },
  W: {
    about: 'how long an engine that takes no calls is waited for',
    told: 'engine-patience.ts',
    rules: {
      W1: {
        says: 'An engine that has taken calls is started again when it has taken none for 30 s, one that never has when it took none for 60 s: it may be replaying its log.',
        by: ['engine-patience.ts'],
      },
      W2: {
        says: 'Each restart that did not help doubles the time until the next one. A minute of calls taken makes it short again.',
        by: ['engine-patience.ts'],
      },
      W3: {
        says: 'While the disk is full it is not started again, however long that lasts: it would come up no better, if at all.',
        by: ['engine-patience.ts'],
      },
    },
  },
};
