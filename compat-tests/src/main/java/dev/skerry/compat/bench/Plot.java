package dev.skerry.compat.bench;

import dev.skerry.compat.bench.Measurement.CellResult;
import dev.skerry.compat.bench.Measurement.EndpointResult;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Draws a report as SVG: a row of two panels for each operation, throughput on the left and p99 on the right, both on
 * logarithmic axes over the number of clients. Colours are sizes; the second endpoint is dashed.
 */
final class Plot {
    private static final int WIDTH = 960;
    private static final int PANEL_WIDTH = 400;
    private static final int PANEL_HEIGHT = 190;
    private static final int ROW_HEIGHT = 260;
    private static final int LEFT = 64;
    private static final int GAP = 480;
    private static final int HEAD = 110;
    private static final String[] COLOURS = {"#1f5fa8", "#c4561b", "#2f8a4c", "#8a3d97", "#9a7a00", "#444444"};

    private final Report report;
    private final List<Integer> clients;
    private final List<Integer> sizes;
    private final StringBuilder svg = new StringBuilder();

    private Plot(Report report) {
        this.report = report;
        this.clients = report.cells().stream()
                .map(result -> result.cell().clients())
                .distinct()
                .sorted()
                .toList();
        this.sizes = report.cells().stream()
                .map(result -> result.cell().sizeBytes())
                .filter(size -> size > 0)
                .distinct()
                .sorted()
                .toList();
    }

    /** The drawing. */
    static String draw(Report report) {
        return new Plot(report).draw();
    }

    private String draw() {
        List<Operation> operations = report.cells().stream()
                .map(result -> result.cell().operation())
                .distinct()
                .toList();
        int height = HEAD + operations.size() * ROW_HEIGHT + 10;
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"system-ui, sans-serif\" font-size=\"12\">%n",
                WIDTH,
                height,
                WIDTH,
                height));
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        text(LEFT, 28, "start", "font-size=\"17\" font-weight=\"600\"", String.join(" and ", report.endpoints()));
        text(LEFT, 48, "start", "fill=\"#555\"", report.machine().describe());
        text(LEFT, 66, "start", "fill=\"#555\"", runs());
        legend();
        for (int row = 0; row < operations.size(); row++) {
            Operation operation = operations.get(row);
            int top = HEAD + row * ROW_HEIGHT + 34;
            panel(LEFT, top, operation, operation + ", operations per second", EndpointResult::operationsPerSecond);
            panel(LEFT + GAP, top, operation, operation + ", p99 in ms", endpoint -> endpoint.percentileMillis(99));
        }
        return svg.append("</svg>\n").toString();
    }

    private String runs() {
        return "median of " + report.plan().rounds() + " runs of "
                + report.plan().seconds().toMillis() / 1000.0 + " s, closed loop, "
                + (report.signedPayload() ? "signed payloads" : "unsigned payloads") + ", "
                + report.at().truncatedTo(ChronoUnit.SECONDS);
    }

    private void legend() {
        int x = LEFT;
        for (int size : sizes) {
            line(x, 88, x + 22, 88, colour(size), "");
            text(x + 28, 92, "start", "", ByteSizes.format(size));
            x += 96;
        }
        for (int i = 0; report.endpoints().size() > 1 && i < report.endpoints().size(); i++) {
            line(x, 88, x + 30, 88, "#222222", dash(i));
            text(x + 36, 92, "start", "", report.endpoints().get(i));
            x += 140;
        }
    }

    private void panel(int left, int top, Operation operation, String title, ToDoubleFunction<EndpointResult> value) {
        List<CellResult> cells = report.cells().stream()
                .filter(result -> result.cell().operation() == operation)
                .toList();
        Scale scale = Scale.of(cells.stream()
                .flatMap(result -> result.endpoints().stream())
                .mapToDouble(value)
                .toArray());
        text(left, top - 10, "start", "font-weight=\"600\"", title);
        for (double tick : scale.ticks()) {
            int y = top + scale.place(tick, PANEL_HEIGHT);
            line(left, y, left + PANEL_WIDTH, y, "#dddddd", "");
            text(left - 6, y + 4, "end", "fill=\"#555\"", Scale.label(tick));
        }
        for (int count : clients) {
            text(x(left, count), top + PANEL_HEIGHT + 16, "middle", "fill=\"#555\"", Integer.toString(count));
        }
        text(left + PANEL_WIDTH / 2, top + PANEL_HEIGHT + 32, "middle", "fill=\"#555\"", "clients");
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#888888\"/>%n",
                left,
                top,
                PANEL_WIDTH,
                PANEL_HEIGHT));
        List<Integer> drawn = operation.sized() ? sizes : List.of(0);
        for (int size : drawn) {
            for (int endpoint = 0; endpoint < report.endpoints().size(); endpoint++) {
                curve(left, top, scale, new Curve(cells, size, endpoint, value));
            }
        }
    }

    private record Curve(List<CellResult> cells, int size, int endpoint, ToDoubleFunction<EndpointResult> value) {}

    private void curve(int left, int top, Scale scale, Curve curve) {
        List<String> points = new ArrayList<>();
        for (CellResult result : curve.cells) {
            if (result.cell().sizeBytes() == curve.size) {
                double value = curve.value.applyAsDouble(result.endpoints().get(curve.endpoint));
                int x = x(left, result.cell().clients());
                int y = top + scale.place(value, PANEL_HEIGHT);
                points.add(x + "," + y);
                svg.append(String.format(
                        Locale.ROOT,
                        "<circle cx=\"%d\" cy=\"%d\" r=\"3\" fill=\"%s\"><title>%s %s, %d clients: %s</title></circle>%n",
                        x,
                        y,
                        colour(curve.size),
                        escaped(report.endpoints().get(curve.endpoint)),
                        ByteSizes.format(curve.size),
                        result.cell().clients(),
                        Scale.label(value)));
            }
        }
        svg.append(String.format(
                Locale.ROOT,
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>%n",
                String.join(" ", points),
                colour(curve.size),
                dash(curve.endpoint)));
    }

    private int x(int left, int count) {
        int place = clients.indexOf(count);
        return left + (int) Math.round((place + 0.5) * PANEL_WIDTH / clients.size());
    }

    private String colour(int size) {
        int place = sizes.indexOf(size);
        return place < 0 ? "#222222" : COLOURS[place % COLOURS.length];
    }

    private static String dash(int endpoint) {
        return endpoint == 0 ? "" : " stroke-dasharray=\"6 4\"";
    }

    private void line(int x1, int y1, int x2, int y2, String colour, String attributes) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"%d\"%s/>%n",
                x1,
                y1,
                x2,
                y2,
                colour,
                colour.equals("#dddddd") ? 1 : 2,
                attributes));
    }

    private void text(int x, int y, String anchor, String attributes, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" %s>%s</text>%n",
                x,
                y,
                anchor,
                attributes,
                escaped(text)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /**
     * A logarithmic axis over whole steps of 1, 2 and 5.
     *
     * @param low its lower end
     * @param high its upper end
     */
    record Scale(double low, double high) {
        /** Room for all values that are above 0. */
        static Scale of(double[] values) {
            double low = Double.MAX_VALUE;
            double high = 0;
            for (double value : values) {
                if (value > 0) {
                    low = Math.min(low, value);
                    high = Math.max(high, value);
                }
            }
            if (high == 0) {
                return new Scale(1, 10);
            }
            double bottom = Math.pow(10, Math.floor(Math.log10(low)));
            double top = Math.pow(10, Math.ceil(Math.log10(high)));
            return new Scale(bottom, top > bottom ? top : bottom * 10);
        }

        List<Double> ticks() {
            boolean few = Math.round(Math.log10(high / low)) <= 2;
            List<Double> ticks = new ArrayList<>();
            for (double decade = low; decade <= high * 1.0001; decade *= 10) {
                ticks.add(decade);
                if (few && decade * 5 <= high) {
                    ticks.add(decade * 2);
                    ticks.add(decade * 5);
                }
            }
            return ticks;
        }

        /** How far below the upper end a value lies. */
        int place(double value, int height) {
            double clamped = Math.clamp(value, low, high);
            return (int) Math.round(height * (1 - Math.log10(clamped / low) / Math.log10(high / low)));
        }

        static String label(double value) {
            if (value >= 1000) {
                double thousands = value / 1000;
                return String.format(Locale.ROOT, thousands == Math.rint(thousands) ? "%.0fk" : "%.1fk", thousands);
            }
            if (value >= 10 || value == Math.rint(value)) {
                return String.format(Locale.ROOT, "%.0f", value);
            }
            return String.format(Locale.ROOT, value >= 0.1 ? "%.1f" : "%.2f", value);
        }
    }
}
