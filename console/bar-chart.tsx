import { type Bar, stacked, tickStride, ticksOf } from './bar-geometry.ts';
import { useWidth } from './use-width.ts';

const HEIGHT = 220;
const TOP = 10;
const LEFT = 44;
const RIGHT = 12;
const BOTTOM = 26;

/** Room that the name of a bar needs, px. */
const TICK_WIDTH = 46;

const COMPACT = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });

interface BarChartProps {
  /** What the picture shows, for those who do not see it. Its numbers stand in a table beside it. */
  name: string;
  bars: readonly Bar[];
  /** Names of the series, by number; without any, there is no legend. */
  series: readonly string[];
}

/** Stacked bars, drawn to the width that there is. */
export function BarChart({ name, bars, series }: BarChartProps) {
  const [box, width] = useWidth<HTMLDivElement>();
  return (
    <>
      <div class="chart" ref={box}>
        {width > 0 && <Bars name={name} bars={bars} width={width} />}
      </div>
      <ul class="legend" aria-hidden="true">
        {series.map((one, index) => (
          <li key={one}>
            <svg width="12" height="12" aria-hidden="true">
              <rect width="12" height="12" rx="3" class={`series-${index}`} />
            </svg>
            {one}
          </li>
        ))}
      </ul>
    </>
  );
}

function Bars({ name, bars, width }: { name: string; bars: readonly Bar[]; width: number }) {
  const ticks = ticksOf(bars);
  const lowest = ticks[0] ?? 0;
  const highest = ticks.at(-1) ?? 1;
  const y = (value: number) =>
    TOP + ((highest - value) / (highest - lowest)) * (HEIGHT - TOP - BOTTOM);
  const slot = (width - LEFT - RIGHT) / Math.max(bars.length, 1);
  const stride = tickStride(bars.length, width - LEFT, TICK_WIDTH);
  const thickness = Math.max(2, Math.min(36, slot * 0.7));
  return (
    <svg width={width} height={HEIGHT} role="img" aria-label={name}>
      {ticks.map((tick) => (
        <g key={tick}>
          <line
            class={tick === 0 ? 'axis' : 'grid'}
            x1={LEFT}
            x2={width - RIGHT}
            y1={y(tick)}
            y2={y(tick)}
          />
          <text class="tick" x={LEFT - 8} y={y(tick)} dy="0.32em" text-anchor="end">
            {COMPACT.format(tick)}
          </text>
        </g>
      ))}
      {bars.map(({ label, tick, parts }, index) => {
        const middle = LEFT + slot * (index + 0.5);
        // Counted from the newest, which is the one to be named for certain.
        const isNamed = (bars.length - 1 - index) % stride === 0;
        return (
          <g key={label}>
            {stacked(parts).map(({ series, from, to, words }) => (
              <rect
                key={series}
                class={`series-${series}`}
                x={middle - thickness / 2}
                y={y(Math.max(from, to))}
                width={thickness}
                height={Math.max(1, Math.abs(y(from) - y(to)))}
              >
                <title>{`${label}: ${words}`}</title>
              </rect>
            ))}
            {isNamed && (
              <text
                class="tick"
                x={Math.min(middle, width - TICK_WIDTH / 2)}
                y={HEIGHT - 6}
                text-anchor="middle"
              >
                {tick}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
