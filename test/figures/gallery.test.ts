import { describe, expect, it } from "vitest";
import { DomainError } from "../../src/errors.ts";
import { draw, gallery, galleryEntry } from "../../src/figures/gallery.ts";
import { document } from "../support/drawing.ts";
import { figure4Result, figure5Result } from "../support/paperResults.ts";

describe("gallery", () => {
  it("has the six figures of the paper, each with a title and what to see", () => {
    expect(gallery.map((entry) => entry.figure)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { title, see } of gallery) {
      expect(title.length).toBeGreaterThan(10);
      expect(see).toMatch(/^[A-Z].*\.$/);
    }
  });

  it("draws a result with the function of its figure", () => {
    expect(draw(figure4Result(10), { document }).querySelector("title")!.id).toBe("figure4-title");
    expect(draw(figure5Result(), { document }).querySelector("title")!.id).toBe("figure5-title");
  });

  it("refuses a result of another figure, and a figure that the paper does not have", () => {
    expect(() => galleryEntry(2).draw(figure4Result(10), { document })).toThrow(DomainError);
    expect(() => galleryEntry(7)).toThrow("there is no Figure 7; the figures are 1, 2, 3, 4, 5, 6");
  });
});
