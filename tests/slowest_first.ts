/**
 * The test files that take longest, the longest first (on all servers; processor and waiting together): `deno task test` begins with them, so
 * that none is left over for the end, when it would run alone. The order is a matter of time only.
 */
export const slowestFirst: readonly string[] = [
  "tests/properties/data_test.ts",
  "dialects/postgres/random_pair_test.ts",
  "tests/properties/plan_test.ts",
  "tests/runners_test.ts",
  "tests/faults/crash_test.ts",
  "tests/faults/runners_test.ts",
  "tests/faults/push_test.ts",
  "tests/faults/long_test.ts",
  "tests/faults/together_test.ts",
  "tests/faults/mysql_settings_test.ts",
  "tests/faults/server_states_test.ts",
  "tests/faults/lease_test.ts",
  "tests/faults/large_test.ts",
  "tests/faults/locks_test.ts",
  "tests/faults/disk_test.ts",
  "tests/faults/killed_test.ts",
  "tests/faults/cut_test.ts",
  "dialects/mysql_family/random_pair_test.ts",
  "tests/package_test.ts",
  "tests/entrypoint_test.ts",
  "tests/faults/repeats_test.ts",
  "tests/models/editor_types_test.ts",
  "tests/pull_every_kind_test.ts",
  "tests/faults/index_test.ts",
  "dialects/postgres/dependents_changes_test.ts",
  "dialects/postgres/kind_changes_test.ts",
];
