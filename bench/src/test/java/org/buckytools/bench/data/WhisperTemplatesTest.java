package org.buckytools.bench.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.buckytools.whisper.fill.Fill;
import org.buckytools.whisper.fill.FillPlan;
import org.buckytools.whisper.fill.WhisperImage;
import org.junit.jupiter.api.Test;

class WhisperTemplatesTest {
    private static final long NOW = 1_700_000_123L;
    private static final WhisperTemplates TEMPLATES =
            WhisperTemplates.create("60s:2d,15m:30d", 4, new WhisperTemplates.Recent(0.5, 86_400), 0.3, NOW, 7);

    @Test
    void anExactFillMakesTheGappedFileEqualToTheWholeOneAlsoSomeMinutesLater() throws IOException {
        for (int i = 0; i < 4; i++) {
            ByteBuffer filled = ByteBuffer.allocate((int) TEMPLATES.size()).put(TEMPLATES.gapped(i));
            FillPlan plan = Fill.plan(
                    WhisperImage.of(TEMPLATES.whole(i), "whole"),
                    WhisperImage.of(TEMPLATES.gapped(i), "gapped"),
                    NOW + 900);
            plan.apply(filled);
            assertThat(plan.report().changed()).isTrue();
            assertThat(plan.report().sourceHoldsMore()).isFalse();
            assertThat(filled.flip().mismatch(TEMPLATES.whole(i))).isEqualTo(-1);
        }
    }

    @Test
    void aboutTheWantedShareOfPointsIsMissing() throws IOException {
        WhisperImage image = WhisperImage.of(TEMPLATES.gapped(3), "gapped");
        ByteBuffer bytes = TEMPLATES.gapped(3);
        int points = image.header().archives().getFirst().points();
        int missing = 0;
        for (int i = 0; i < points; i++) {
            missing += bytes.getInt((int) image.header().archives().getFirst().pointOffset(i)) == 0 ? 1 : 0;
        }
        assertThat((double) missing / points).isBetween(0.22, 0.36);
    }
}
