/**
 * Reads which parts of the tests to run. If only one part is named, the other arguments go to its runner.
 *
 * @param {readonly string[]} args from the command line
 * @param {readonly string[]} names of all parts
 * @returns {{ wanted: readonly string[], only: readonly string[], problem?: string }} `problem` is a sentence about
 * wrong arguments
 */
export function partsIn(args, names) {
  const end = args.findIndex((arg) => !names.includes(arg));
  const wanted = end === -1 ? args : args.slice(0, end);
  const only = end === -1 ? [] : args.slice(end);
  if (only.length === 0 || wanted.length === 1) return { wanted, only };
  const problem =
    wanted.length === 0
      ? `No part ${only[0]}. There are: ${names.join(', ')}.`
      : `${only.join(' ')} can be meant for one part only, not for ${wanted.join(', ')}.`;
  return { wanted, only, problem };
}
