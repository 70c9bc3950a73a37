/** What may be wrong with a gateway that was set up by hand, in the order in which it is told. */

export const findingCodes = [
  'settings_unreadable',
  'home_is_link',
  'auth_files',
  'no_token',
  'not_loopback',
  'ports_meet',
  'two_services',
  'service_by_hand',
  'no_service',
  'two_processes',
  'open_secrets',
  'loose_files',
  'no_plugin',
  'other_hub',
  'files_not_read',
  'bootstrap_lost',
] as const;
export type FindingCode = (typeof findingCodes)[number];
