package dev.skerry.compat.bench;

import dev.skerry.compat.bench.Report.Group;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Draws a report as SVG: a row of panels for each kind of operation, of throughput, of p99 and, where servers were
 * watched, of their CPU, on logarithmic axes over the number of clients. Colours are sizes; the second endpoint is
 * dashed; the lowest limit is dotted.
 */
final class Plot {
    private static final int PANEL_WIDTH = 400;
    private static final int PANEL_HEIGHT = 190;
    private static final int ROW_HEIGHT = 260;
    private static final int LEFT = 64;
    private static final int GAP = 480;
    private static final int HEAD = 110;
    private static final String[] COLOURS = {"#1f5fa8", "#c4561b", "#2f8a4c", "#8a3d97", "#9a7a00", "#444444"};

    private static final String DOTTED = " stroke-dasharray=\"1 5\"";

    private final Report report;
    private final List<Integer> clients;
    private final List<Integer> sizes;
    private final boolean watched;
    private final boolean limited;
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
        this.watched = report.cells().stream()
                .flatMap(result -> result.endpoints().stream())
                .anyMatch(endpoint -> endpoint.server() != null);
        this.limited =
                report.cells().stream().anyMatch(result -> !result.limits().isEmpty());
    }

    /** The drawing. */
    static String draw(Report report) {
        return new Plot(report).draw();
    }

    private String draw() {
        List<Group> groups = report.groups();
        int width = GAP * (watched ? 3 : 2);
        int height = HEAD + groups.size() * ROW_HEIGHT + 10;
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"system-ui, sans-serif\" font-size=\"12\">%n",
                width,
                height,
                width,
                height));
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        text(LEFT, 28, "start", "font-size=\"17\" font-weight=\"600\"", title());
        text(LEFT, 48, "start", "fill=\"#555\"", report.machine().describe());
        text(LEFT, 66, "start", "fill=\"#555\"", runs());
        legend();
        for (int row = 0; row < groups.size(); row++) {
            Group group = groups.get(row);
            int top = HEAD + row * ROW_HEIGHT + 34;
            panel(LEFT, top, group, ", operations per second", TargetResult::operationsPerSecond);
            panel(LEFT + GAP, top, group, ", p99 in ms", target -> target.percentileMillis(99));
            if (watched) {
                panel(LEFT + 2 * GAP, top, group, ", server CPU per operation in ms", Plot::serverCpuMillis);
            }
        }
        return svg.append("</svg>\n").toString();
    }

    private String title() {
        return report.endpoints().isEmpty() ? "limits" : String.join(" and ", report.endpoints());
    }

    /** 0, which is not drawn, where it is not known. */
    private static double serverCpuMillis(TargetResult target) {
        TargetResult.Server server = target.server();
        return server == null ? 0 : server.cpuMicros() / 1000;
    }

    private String runs() {
        return "median of " + report.plan().rounds() + " runs of "
                + report.plan().seconds().toMillis() / 1000.0 + " s, closed loop, "
                + "load average " + report.load().before() + " before and "
                + report.load().after() + " after, "
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
        if (limited) {
            line(x, 88, x + 30, 88, "#222222", DOTTED);
            text(x + 36, 92, "start", "", "lowest limit");
        }
    }

    private void panel(int left, int top, Group group, String title, ToDoubleFunction<TargetResult> value) {
        List<CellResult> cells = report.cells().stream().filter(group::holds).toList();
        Scale scale = Scale.of(cells.stream()
                .flatMap(result -> Stream.concat(result.endpoints().stream(), result.lowestLimit().stream()))
                .mapToDouble(value)
                .toArray());
        text(left, top - 10, "start", "font-weight=\"600\"", group.title() + title);
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
        List<Integer> drawn = group.operation().sized() ? sizes : List.of(0);
        for (int size : drawn) {
            List<CellResult> ofSize = cells.stream()
                    .filter(result -> result.cell().sizeBytes() == size)
                    .toList();
            for (int i = 0; i < report.endpoints().size(); i++) {
                List<Point> points = new ArrayList<>();
                for (CellResult result : ofSize) {
                    points.add(new Point(result, result.endpoints().get(i)));
                }
                curve(left, top, scale, new Curve(points, dash(i), value));
            }
            List<Point> limits = ofSize.stream()
                    .flatMap(result -> result.lowestLimit().stream().map(limit -> new Point(result, limit)))
                    .toList();
            if (!limits.isEmpty()) {
                curve(left, top, scale, new Curve(limits, DOTTED, value));
            }
        }
    }

    private record Point(CellResult result, TargetResult target) {}

    private record Curve(List<Point> points, String dash, ToDoubleFunction<TargetResult> value) {}

    private void curve(int left, int top, Scale scale, Curve curve) {
        StringJoiner line = new StringJoiner(" ");
        String colour = "";
        for (Point point : curve.points) {
            double value = curve.value.applyAsDouble(point.target);
            if (value <= 0) {
                continue;
            }
            int x = x(left, point.result.cell().clients());
            int y = top + scale.place(value, PANEL_HEIGHT);
            colour = colour(point.result.cell().sizeBytes());
            line.add(x + "," + y);
            svg.append(String.format(
                    Locale.ROOT,
                    "<circle cx=\"%d\" cy=\"%d\" r=\"3\" fill=\"%s\"><title>%s %s, %d clients: %s</title></circle>%n",
                    x,
                    y,
                    colour,
                    escaped(point.target.name()),
                    ByteSizes.format(point.result.cell().sizeBytes()),
                    point.result.cell().clients(),
                    Scale.label(value)));
        }
        if (line.length() > 0) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>%n",
                    line,
                    colour,
                    curve.dash));
        }
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
