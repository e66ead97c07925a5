/** The fields of a zod schema as flat paths with their types, to compare with a table in a text. */
import { z } from "zod";

interface Node {
  readonly type?: string | string[];
  readonly properties?: Record<string, Node>;
  readonly required?: string[];
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly prefixItems?: Node[];
  readonly anyOf?: Node[];
  readonly oneOf?: Node[];
  readonly enum?: unknown[];
  readonly const?: unknown;
}

/** Field by field, "panels[].loss" → "number"; a field that may be absent has "?" after its name. */
export function schemaPaths(schema: z.ZodType): Map<string, string> {
  const found = new Map<string, Set<string>>();
  walk(z.toJSONSchema(schema) as Node, "", (path, type) => {
    found.set(path, (found.get(path) ?? new Set()).add(type));
  });
  return new Map([...found].map(([path, types]) => [path, [...types].join(" or ")]));
}

function walk(node: Node, path: string, add: (path: string, type: string) => void): void {
  const { properties, items, additionalProperties: values } = node;
  const branches = node.anyOf ?? node.oneOf;
  if (properties) {
    for (const [name, member] of Object.entries(properties)) {
      const absent = node.required?.includes(name) ? "" : "?";
      walk(member, `${path}${path && "."}${name}${absent}`, add);
    }
  } else if (node.type === "object" && typeof values === "object") {
    walk(values, `${path}.*`, add);
  } else if (items && hasFields(items)) {
    walk(items, `${path}[]`, add);
  } else if (branches?.some(hasFields)) {
    for (const branch of branches) walk(branch, path, add);
  } else {
    add(path, typeOf(node));
  }
}

function hasFields(node: Node): boolean {
  return (
    node.type === "object" ||
    (node.items !== undefined && hasFields(node.items)) ||
    (node.anyOf ?? node.oneOf ?? []).some(hasFields)
  );
}

function typeOf(node: Node): string {
  if ("const" in node) return JSON.stringify(node.const);
  if (node.enum) return node.enum.map((value) => JSON.stringify(value)).join(" or ");
  if (node.prefixItems) return `[${node.prefixItems.map(typeOf).join(", ")}]`;
  const branches = node.anyOf ?? node.oneOf;
  if (branches) return branches.map(typeOf).join(" or ");
  if (!node.items) return [node.type ?? "anything"].flat().join(" or ");
  const inner = typeOf(node.items);
  return !inner.endsWith("[]") && inner.includes(" or ") ? `(${inner})[]` : `${inner}[]`;
}
