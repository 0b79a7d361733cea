// Draws each `figure.chart` from the JSON beside it. Figures are told in the reader's locale, days in their zone.
(() => {
  const root = document.documentElement;
  const locale = root.dataset.locale || "en";
  const zone = root.dataset.zone || "UTC";
  const colour = (name) => getComputedStyle(root).getPropertyValue(`--kw-${name}`).trim();
  const plain = (value, digits = 1) =>
    value === null || value === undefined ? "–"
      : new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value).replace("-", "−");
  const home = root.dataset.home || zone;
  // An instant at which a day begins in the project's zone stands for that day, as it does in tables.
  const teller = (extra) => {
    const [here, there] = [zone, home].map((timeZone) =>
      new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, { timeZone, day: "numeric", month: "short", ...extra }));
    const clock = new Intl.DateTimeFormat("en-GB", { timeZone: home, hour: "2-digit", minute: "2-digit", second: "2-digit" });
    return (at) => (clock.format(new Date(at)) === "00:00:00" ? there : here).format(new Date(at));
  };
  const day = teller({ year: "numeric" });
  const monthDay = teller({});
  const SERIES = ["accent", "series-2", "series-3", "series-4", "series-5", "series-6", "series-7", "series-8"];
  const ink = (series, at) => colour(series.tone || SERIES[at % SERIES.length]);

  // A tooltip is made of elements, never of markup, so that no name can become markup.
  const tip = (title, rows) => {
    const box = document.createElement("div");
    box.className = "tip";
    const head = document.createElement("strong");
    head.textContent = title;
    box.append(head);
    for (const [name, value, tint] of rows) {
      const line = document.createElement("div");
      const label = document.createElement("span");
      if (tint) {
        const dot = document.createElement("i");
        dot.style.backgroundColor = tint;
        line.append(dot);
      }
      label.textContent = name;
      line.append(label);
      if (value !== "") {
        const figure = document.createElement("b");
        figure.textContent = value;
        line.append(figure);
      }
      box.append(line);
    }
    return box;
  };
  const tooltip = (extra) => ({
    backgroundColor: colour("card"), borderColor: colour("line"), borderWidth: 1, padding: [8, 10],
    textStyle: { color: colour("ink"), fontSize: 12 }, confine: true, transitionDuration: 0, ...extra,
  });
  const axis = (extra) => ({
    axisLine: { lineStyle: { color: colour("line") } }, axisTick: { show: false },
    axisLabel: { color: colour("soft"), fontSize: 11, hideOverlap: true },
    splitLine: { lineStyle: { color: colour("faint") } }, ...extra,
  });
  const base = () => ({
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 4, right: 12, top: 12, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    aria: { enabled: false },
  });
  const legend = (names) => names.length > 1 ? {
    legend: { data: names, top: 0, left: 0, type: "scroll", itemWidth: 10, itemHeight: 10, icon: "roundRect", itemGap: 14,
      textStyle: { color: colour("soft"), fontSize: 12 }, pageIconColor: colour("soft"), pageTextStyle: { color: colour("soft") } },
  } : {};

  const columns = (data) => ({
    ...base(), ...legend(data.series.map((one) => one.name)),
    grid: { ...base().grid, top: data.series.length > 1 ? 34 : 12 },
    tooltip: tooltip({
      trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: colour("wash") } },
      formatter: (points) => tip(data.x[points[0].dataIndex], [...points].reverse()
        .filter((point) => point.value).map((point) => [point.seriesName, plain(point.value) + (data.unit || ""), point.color])),
    }),
    xAxis: axis({ type: "category", data: data.x, splitLine: { show: false } }),
    yAxis: axis({ type: "value", minInterval: data.whole ? 1 : 0, axisLine: { show: false }, axisLabel: { color: colour("soft"), fontSize: 11, formatter: (value) => plain(value) + (data.unit || "") } }),
    series: data.series.map((one, at) => ({
      name: one.name, type: "bar", stack: data.beside ? undefined : "all", data: one.values, itemStyle: { color: ink(one, at) }, barCategoryGap: "18%",
      emphasis: { disabled: true },
    })),
  });

  const MARKS = { version: "diamond", override: "rect", pulse: "circle", contact: "triangle", anomaly: "circle" };
  const lines = (data) => {
    const many = data.series.length > 1;
    const series = data.series.map((one, at) => ({
      name: one.name, type: "line", showSymbol: data.x.length < 3, symbolSize: 5, connectNulls: false, smooth: false,
      data: one.values.map((value, place) => [data.x[place], value]),
      lineStyle: { color: ink(one, at), width: 2 }, itemStyle: { color: ink(one, at) },
      stack: data.stacked ? "all" : undefined,
      areaStyle: data.stacked ? { color: ink(one, at), opacity: 0.85 } : undefined,
      emphasis: { disabled: true },
    }));
    if (series.length && data.zones) {
      series[0].markArea = { silent: true, data: data.zones.map((one) => [
        { yAxis: one.low, itemStyle: { color: colour(one.tone), opacity: 0.07 } }, { yAxis: one.high }]) };
    }
    if (series.length && data.marks) {
      series.push({
        name: "marks", type: "scatter", symbolSize: 10, z: 5,
        data: data.marks.map((mark) => ({
          value: [mark.at, mark.y ?? data.low ?? 0], symbol: MARKS[mark.kind] || "circle", words: mark.text, told: mark.kind,
          itemStyle: { color: colour(mark.tone || "accent"), borderColor: colour("card"), borderWidth: 1.5 },
        })),
      });
    }
    return {
      ...base(), ...legend(data.series.map((one) => one.name)),
      grid: { ...base().grid, top: many ? 34 : 12 },
      tooltip: tooltip({
        trigger: "axis", axisPointer: { type: "line", lineStyle: { color: colour("soft"), type: "dashed" } },
        formatter: (points) => {
          const seen = points.filter((point) => point.seriesName !== "marks");
          const marked = points.filter((point) => point.seriesName === "marks");
          const rows = (data.stacked ? [...seen].reverse() : seen).map((point) =>
            [point.seriesName, plain(point.value[1]) + (data.unit || ""), point.color]);
          return tip(day(points[0].axisValue), [...rows, ...marked.map((point) => [point.data.words, "", point.color])]);
        },
      }),
      xAxis: axis({ type: "time", splitLine: { show: false }, axisLabel: { color: colour("soft"), fontSize: 11, hideOverlap: true,
        formatter: monthDay } }),
      yAxis: axis({ type: "value", min: data.low, max: data.high, scale: true, axisLine: { show: false },
        axisLabel: { color: colour("soft"), fontSize: 11, formatter: (value) => plain(value) + (data.unit || "") } }),
      series,
    };
  };

  const KINDS = { columns, lines };
  const drawn = new Map();
  const draw = (figure) => {
    const place = figure.querySelector(".canvas");
    if (!place) return;
    const data = JSON.parse(figure.dataset.chart);
    const chart = drawn.get(place) || echarts.init(place, null, { renderer: "canvas" });
    drawn.set(place, chart);
    chart.setOption(KINDS[data.kind](data), true);
    new ResizeObserver(() => chart.resize()).observe(place);
    figure.dataset.drawn = "yes";
  };
  const all = (within) => within.querySelectorAll("figure.chart").forEach(draw);
  const start = () => all(document);
  document.addEventListener("keepwell:theme", start);
  document.addEventListener("htmx:afterSwap", (event) => {
    for (const [place, chart] of drawn) if (!place.isConnected) { chart.dispose(); drawn.delete(place); }
    all(event.detail.target.isConnected ? event.detail.target : document);
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
