/** The rule for handles, apart from the schemas: whoever only has to check one loads nothing for it. */

/** Names a principal for people: short, lower case, fit for a command line and for the name of a service. */
export const handlePattern = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
export const handleRule =
  'a handle has 1 to 40 lower-case letters, digits and dashes, and begins and ends with a letter or a digit';
