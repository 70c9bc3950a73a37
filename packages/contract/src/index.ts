/**
 * The language that every part of Perdure speaks. Depends on zod alone and runs anywhere. A folder is a noun, with its
 * schemas, the table of its statuses, its events, routes and errors; `errors/` and `routes/` hold what these are made
 * of, and join them.
 */

export * from './definitions/authoring.ts';
export * from './definitions/built-in.ts';
export * from './definitions/schema.ts';
export * from './definitions/tools.ts';
export { errorCatalogue, type ErrorCode } from './errors/catalogue.ts';
export * from './errors/error.ts';
export * from './errors/schema.ts';
export { shortened } from './errors/thrown.ts';
export * from './health/schema.ts';
export * from './hub/audit.ts';
export * from './hub/channels.ts';
export * from './hub/family/families.ts';
export * from './hub/family/family-health.ts';
export * from './hub/family/family-members.ts';
export * from './hub/family/gateways.ts';
export * from './hub/family/member-status.ts';
export * from './hub/drive/files.ts';
export * from './hub/frames.ts';
export * from './hub/handle.ts';
export * from './hub/messages.ts';
export * from './hub/principals.ts';
export * from './hub/sessions.ts';
export * from './hub/tasks/task-status.ts';
export * from './hub/tasks/tasks.ts';
export * from './hub/vault/grants.ts';
export * from './hub/vault/items.ts';
export * from './hub/vault/leases.ts';
export * from './hub/vault/vault-roles.ts';
export * from './hub/vault/vaults.ts';
export * from './hub/wake.ts';
export * from './instance/demo-model.ts';
export * from './models/api.ts';
export * from './models/cost.ts';
export * from './models/features.ts';
export * from './models/schema.ts';
export * from './models/settings.ts';
export { maxBodyBytes } from './routes/entry.ts';
export * from './routes/table.ts';
export * from './runs/events.ts';
export * from './runs/pipeline.ts';
export * from './runs/requests.ts';
export * from './runs/live-signal.ts';
export * from './runs/schema.ts';
export * from './runs/status.ts';
export * from './runs/step-facts.ts';
export * from './runs/step-kinds.ts';
export * from './runs/step-state.ts';
export * from './runs/steps.ts';
export * from './runs/undo.ts';
export * from './tasks/delivery.ts';
export * from './tasks/reports.ts';
export * from './tasks/lane.ts';
export * from './tasks/lane-status.ts';
export * from './tasks/schema.ts';
export * from './tasks/status.ts';
export * from './tasks/view.ts';
export * from './values/short-sha256.ts';
export * from './values/compact.ts';
export * from './values/ids.ts';
export * from './values/json.ts';
export { parseExactJson } from './values/exact-json.ts';
export * from './waits/delegation.ts';
export * from './waits/schema.ts';
