/** Whether a name stands in a line by itself, and not within a number or another word. An empty one stands in any. */
export function says(line: string, name: string): boolean {
  for (let at = line.indexOf(name); name && at >= 0; at = line.indexOf(name, at + 1)) {
    if (!/[\p{L}\p{N}_]$/u.test(line.slice(0, at)) && !/^[\p{L}\p{N}_]/u.test(line.slice(at + name.length))) return true;
  }
  return !name;
}
