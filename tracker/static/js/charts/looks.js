// What charts are drawn with. On a page a colour is its token, so that theme and paper change it without a new drawing;
// a picture to take along is drawn with the values of the light theme.

// No quotes: the SVG that is taken along has it in an attribute.
export const FONT = "Inter, system-ui, sans-serif";
export const SMALL = 12;

export const onPage = (token) => `var(--${token})`;

const values = new Map();

export function onPaper(token) {
  if (!values.has(token)) {
    const probe = document.createElement("span");
    probe.style.colorScheme = "light";
    probe.style.color = `var(--${token})`;
    document.body.append(probe);
    values.set(token, getComputedStyle(probe).color);
    probe.remove();
  }
  return values.get(token);
}

const ruler = document.createElement("canvas").getContext("2d");

export function textWidth(text, font = `${SMALL}px ${FONT}`) {
  ruler.font = font;
  return ruler.measureText(text).width;
}

export const language = document.documentElement.lang || "en";
export const format = (number) => new Intl.NumberFormat(language).format(number);
export const percent = (share) => new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(share);

// Every second series has a texture beside its color. Keys are those of ECharts' decals.
const TEXTURES = {
  stripes: { dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4 },
  dots: { symbol: "circle", symbolSize: 0.8, dashArrayX: [[8, 8], [0, 8, 8, 0]], dashArrayY: [6, 0] },
  slant: { dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4 },
  bars: { dashArrayX: [2, 6], dashArrayY: [1, 0], rotation: 0 },
};
const KINDS = Object.keys(TEXTURES);
const DASHES = ["solid", [7, 4], [2, 3], [10, 3, 2, 3], [4, 2], [12, 4], [1, 3], [7, 3, 2, 3, 2, 3]];
const MARKERS = ["circle", "rect", "triangle", "diamond", "circle", "rect", "triangle", "diamond"];
export const SERIES = 8;

export function textureOf(index) {
  return index % 2 ? KINDS[((index - 1) / 2) % KINDS.length] : null;
}

export function decal(texture, color) {
  return texture ? { ...TEXTURES[texture], color } : undefined;
}

export function seriesLook(index) {
  const at = index % SERIES;
  return { token: `series-${at + 1}`, texture: textureOf(at), dash: DASHES[at], marker: MARKERS[at] };
}

export function frame(paint) {
  const text = { color: paint("soft"), fontFamily: FONT, fontSize: SMALL };
  return {
    text,
    base: {
      animation: false,
      textStyle: text,
      tooltip: {
        className: "chart-tip",
        confine: true,
        transitionDuration: 0,
        backgroundColor: paint("float"),
        borderColor: paint("line"),
        padding: 10,
        textStyle: { ...text, color: paint("ink"), fontSize: 13 },
      },
    },
  };
}
