package org.buckytools.cli.transfer;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.buckytools.cli.cluster.Node;

/**
 * Metrics a second for each node, as the Go fork does it: slow at first, faster by one to five at each interval, back to the first
 * speed when go-carbon's cache fills up or has not been heard of for a quarter of an hour, and, once three times as fast as at
 * first, now and then slower at random, so that many nodes do not come to their limit together.
 */
final class HealthThrottle implements Throttle {
    private static final long SECOND = 1_000_000_000L;

    /** What a node that was idle may begin with at once. */
    private static final double MOST_SAVED_UP = 120;

    private static final int MOST_FASTER = 5;
    private static final int EASING_FROM = 3;
    private static final double EASING_CHANCE = 0.4;
    private static final long STALE_NANOS = 15 * 60 * SECOND;

    private final HealthSettings settings;
    private final RandomGenerator random;
    private final Map<Node, Speed> speeds = new HashMap<>();

    HealthThrottle(HealthSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
    }

    /** How one node is doing, for reports. */
    record State(int metricsPerSecond, Optional<CarbonCache> cache) {}

    private final class Speed {
        private int perSecond = settings.metricsPerSecond();
        private double savedUp = 1;
        private long savedUpAt;
        private long nextSpeedUp;
        private Optional<CarbonCache> cache = Optional.empty();
        private long cacheAt;

        Speed(long now) {
            savedUpAt = now;
            nextSpeedUp = now + settings.speedUpInterval().toNanos();
            cacheAt = now;
        }

        void advance(long now) {
            boolean speedsUp = settings.speedUpInterval().isPositive();
            while (speedsUp && now >= nextSpeedUp) {
                saveUp(nextSpeedUp);
                speedUp(nextSpeedUp);
                nextSpeedUp += settings.speedUpInterval().toNanos();
            }
            saveUp(now);
        }

        private void saveUp(long now) {
            if (now > savedUpAt) {
                savedUp = Math.min(MOST_SAVED_UP, savedUp + (double) (now - savedUpAt) * perSecond / SECOND);
                savedUpAt = now;
            }
        }

        private void speedUp(long now) {
            if (isOverloaded() || now - cacheAt >= STALE_NANOS) {
                perSecond = settings.metricsPerSecond();
            } else if (settings.randomEasing()
                    && perSecond >= EASING_FROM * settings.metricsPerSecond()
                    && random.nextDouble() < EASING_CHANCE) {
                perSecond = Math.max(settings.metricsPerSecond(), random.nextInt(perSecond) + 1);
            } else {
                perSecond += random.nextInt(MOST_FASTER) + 1;
            }
        }

        private boolean isOverloaded() {
            return cache.isPresent() && cache.get().isAbove(settings.threshold());
        }
    }

    private Speed speed(Node node, long now) {
        Speed speed = speeds.computeIfAbsent(node, key -> new Speed(now));
        speed.advance(now);
        return speed;
    }

    /** What go-carbon on this node said just now. */
    synchronized void heard(Node node, CarbonCache cache, long now) {
        Speed speed = speed(node, now);
        speed.cache = Optional.of(cache);
        speed.cacheAt = now;
        if (speed.isOverloaded()) {
            speed.perSecond = settings.metricsPerSecond();
        }
    }

    synchronized State state(Node node, long now) {
        Speed speed = speed(node, now);
        return new State(speed.perSecond, speed.cache);
    }

    @Override
    public synchronized int available(Node node, long now) {
        return (int) speed(node, now).savedUp;
    }

    @Override
    public synchronized void take(Node node, int metrics, long now) {
        speed(node, now).savedUp -= metrics;
    }

    @Override
    public synchronized long nextAt(Node node, long now) {
        Speed speed = speed(node, now);
        return now + (long) Math.ceil(Math.max(0, 1 - speed.savedUp) * SECOND / speed.perSecond);
    }
}
