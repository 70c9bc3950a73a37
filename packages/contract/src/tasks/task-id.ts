/** The rule for ids of tasks, apart from the schemas: whoever only has to check one loads nothing for it. */

/** Given by whoever creates the task; also a file name. */
export const taskIdPattern = /^[a-z0-9][a-z0-9._-]{0,62}$/;
export const taskIdRule = 'a task id has 1 to 63 lower-case letters, digits, dots, dashes and underscores';
