/** What the HTTP room needs besides the desk of runs. */

import type {
  ErrorCode,
  FamilyGateway,
  FamilyUpgrade,
  FamilyUpgradePlan,
  GatewayFindings,
  GatewayOrder,
  GatewayRepair,
  Health,
  LearntFact,
  ModelAway,
  OrderedFamilyUpgrade,
  Principal,
  TaskEventView,
  TaskState,
  TaskSummary,
  TaskPage,
} from '@perdure/contract';
import type { Page, PageRequest } from '@perdure/runs/desk';

export interface TaskFilter {
  readonly project?: string | undefined;
  readonly state?: TaskState | undefined;
  /** Those that gave their id to another task, and only those; else none of them. */
  readonly archived: boolean;
}

/** Reads tasks in the shapes of the contract. Undefined: there is no such task. */
export interface TaskReader {
  getTask(taskId: string): Promise<TaskPage | undefined>;
  /** Newest work first. */
  listTasks(filter: TaskFilter, page: PageRequest): Promise<Page<TaskSummary>>;
  /** Oldest first; `next` is the `after` of the next page. */
  listEvents(
    taskId: string,
    page: { readonly after: number; readonly limit: number },
  ): Promise<Page<TaskEventView> | undefined>;
}

/** What was learnt of models. */
export interface LearntDesk {
  /** By model, then by feature. */
  list(): readonly LearntFact[];
  /** How many facts of `server/model` there were. */
  forget(model: string): Promise<number>;
}

/** Models that are away. */
export interface OutageDesk {
  /** Longest away first. */
  list(): readonly ModelAway[];
}

/** The tools of tasks for clients of MCP. */
export interface McpServing {
  /** `tools`: which of them. Rejects with `usage` where there is no such choice. */
  fetch(request: Request, tools: string): Promise<Response>;
}

export interface HealthProbe {
  /** Never rejects: what cannot be asked is down. */
  check(): Promise<Health['parts']>;
}

/** What the record tells about how the parts are. */
export interface HealthReader {
  /** Rejects where the record cannot be read, or is no longer in its place. */
  read(): Promise<void>;
  /** Writes down that it was asked at `at`; rejects where that is refused. */
  write(at: number): Promise<void>;
  /**
   * The newest model turn that ended or was tried again since then, with its error, unless it went well. Undefined:
   * there was none.
   */
  newestTurn(since: number): Promise<{ readonly at: number; readonly error: ErrorCode | undefined } | undefined>;
}

/** What a gateway is to be, as it is asked for; what is left out is as before. */
export interface GatewayAsked {
  readonly model?: string | undefined;
  readonly port?: number | undefined;
  readonly home?: string | undefined;
  readonly service?: Exclude<FamilyGateway['service'], 'its_own'> | undefined;
  /** `vault/item/field`, or `unneeded`. */
  readonly credential?: string | undefined;
  readonly llmApiKey?: string | undefined;
  readonly planHash?: string | undefined;
  readonly smoke?: boolean | undefined;
  readonly taskId?: string | undefined;
}

export interface GatewayOrderRequest extends GatewayAsked {
  readonly order: GatewayOrder;
  /** To restore: of those of this host. */
  readonly archive?: string | undefined;
  /** To mend: absent: all that can be. */
  readonly findings?: readonly string[] | undefined;
  readonly now?: boolean | undefined;
  /** To repair: settings are replaced whole. */
  readonly fresh?: boolean | undefined;
}

/** What is left out: all of them, a canary that is chosen, the OpenClaw of the PATH. */
export interface UpgradeAsked {
  readonly members?: readonly string[];
  readonly canary?: string;
  readonly openclaw?: string;
}

/** The gateways of this host. All reject with a PerdureError that tells what is in the way. */
export interface FleetServing {
  /** Families of this host are provisioned here. */
  readonly hostName: string;
  /** Where homes of gateways are by default. */
  readonly accountHome: string;
  list(familyId: string): Promise<readonly FamilyGateway[]>;
  /** Takes in one that is there; nothing of it is touched. */
  adopt(wish: {
    readonly familyId: string;
    readonly named: string;
    readonly as: string | undefined;
  }): Promise<FamilyGateway>;
  get(principalId: string): Promise<FamilyGateway>;
  /** What is wrong with it, and what would be done about each. */
  findings(principalId: string): Promise<GatewayFindings>;
  logs(principalId: string, count: number): Promise<readonly string[]>;
  planRepair(principalId: string, isFresh: boolean): Promise<GatewayRepair>;
  /** Rejects where a member of this handle could not be provisioned; nothing is made. */
  check(
    by: Principal,
    member: { readonly familyId: string; readonly handle: string; readonly displayName: string; readonly host: string },
    asked: GatewayAsked,
  ): Promise<void>;
  order(by: Principal, principalId: string, request: GatewayOrderRequest): Promise<FamilyGateway>;
  planUpgrade(familyId: string, asked: UpgradeAsked): Promise<FamilyUpgradePlan>;
  orderUpgrade(familyId: string, asked: UpgradeAsked & { readonly planHash?: string }): Promise<OrderedFamilyUpgrade>;
  getUpgrade(familyId: string, runId: string): Promise<FamilyUpgrade>;
  /** While it is acted, no task of the hub is taken for an order. */
  readonly undisturbed: <T>(act: () => Promise<T>) => Promise<T>;
}
