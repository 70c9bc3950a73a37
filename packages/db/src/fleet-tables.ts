/** The table of gateways: a part of the schema. */

/** What was made for an agent that lives in a gateway of its own; words of the fleet are texts here. */
export interface GatewaysTable {
  principal_id: string;
  family_id: string;
  handle: string;
  host: string;
  home: string;
  port: number;
  service: string;
  service_name: string | null;
  /** A JSON object: what ran it, where somebody else has set it up. */
  runner: string | null;
  wanted: 'up' | 'down';
  /** A JSON object. */
  program: string;
  model: string;
  /** A JSON object: where the key of its model lies, never the key. */
  credential: string;
  status: string;
  run_id: string | null;
  task_id: string | null;
  key_id: string | null;
  vault_id: string | null;
  plan_hash: string | null;
  restored_from: string | null;
  /** 1 where it has to take a turn with its model before it is online. */
  smoke: number | null;
  /** A JSON object: what is, or was last, changed, and what was so before. */
  change: string | null;
  archive: string | null;
  problem: string | null;
  /** A JSON object: the step that failed, and what was seen. */
  failure: string | null;
  created_at: number;
  updated_at: number;
}
