/** What a workspace is made of: whom the agent is for, where it lives, and who is around it. */

export interface WorkspaceFacts {
  readonly handle: string;
  readonly displayName: string;
  readonly principalId: string;
  readonly workspaceId: string;
  readonly family: { readonly name: string; readonly lead: string; readonly siblings: readonly string[] };
  readonly host: { readonly name: string; readonly os: string; readonly arch: string };
  readonly human: {
    readonly name: string;
    readonly handle: string;
    readonly principalId: string;
    readonly role?: string;
    readonly notes?: string;
  };
  readonly hubUrl: string;
  readonly channels: { readonly dm: string; readonly onboarding: string };
  /** How it is to be; absent: as we think best. */
  readonly personality?: string;
  readonly shared?: {
    readonly resources?: string;
    readonly people?: string;
    readonly projects?: string;
    readonly conventions?: string;
  };
}

const unknown = 'Nothing is known yet.';

/** The value of each variable, by the names that templates in the wild use. */
export function variablesOf(facts: WorkspaceFacts): Readonly<Record<string, string>> {
  const { family, host, human, channels, shared = {} } = facts;
  return {
    HANDLE: facts.handle,
    DISPLAY_NAME: facts.displayName,
    PRINCIPAL_ID: facts.principalId,
    WORKSPACE_ID: facts.workspaceId,
    LEAD_NAME: family.lead,
    FAMILY_NAME: family.name,
    HOST_NAME: host.name,
    HOST_OS: host.os,
    HOST_ARCH: host.arch,
    HUMAN_NAME: human.name,
    HUMAN_HANDLE: human.handle,
    HUMAN_PRINCIPAL_ID: human.principalId,
    HUMAN_ROLE: human.role ?? unknown,
    HUMAN_NOTES: human.notes ?? unknown,
    API_URL: facts.hubUrl,
    DM_CHANNEL_ID: channels.dm,
    ONBOARDING_CHANNEL_ID: channels.onboarding,
    VAULT_NAME: `${facts.handle}-main`,
    PERSONALITY: facts.personality ?? defaultPersonality,
    SHARED_RESOURCES: shared.resources ?? unknown,
    SHARED_RESOURCES_DOCS: shared.resources ?? unknown,
    PEOPLE_CONTEXT: shared.people ?? unknown,
    ACTIVE_PROJECTS: shared.projects ?? unknown,
    CONVENTIONS: shared.conventions ?? unknown,
    SIBLING_LIST: family.siblings.length === 0 ? 'None yet.' : family.siblings.join(', '),
  };
}

const defaultPersonality = `You are good at what you do, and say so when you are not. You help without being asked twice.
You have opinions and give reasons for them. You would rather ask one good question than guess.`;
