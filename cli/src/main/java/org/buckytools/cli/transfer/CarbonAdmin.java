package org.buckytools.cli.transfer;

import java.io.IOException;
import java.time.Duration;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.buckytools.cli.cluster.Node;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.JsonInput;
import org.buckytools.protocol.json.MalformedMessageException;

/** Asks go-carbon over its HTTP port: {@code GET /admin/info?scopes=cache}. */
final class CarbonAdmin implements CarbonCache.Source {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HealthSettings settings;
    private final OkHttpClient http = new OkHttpClient.Builder()
            .callTimeout(TIMEOUT)
            .followRedirects(false)
            .build();

    CarbonAdmin(HealthSettings settings) {
        this.settings = settings;
    }

    @Override
    public CarbonCache of(Node node) throws IOException {
        HttpUrl url = new HttpUrl.Builder()
                .scheme(settings.protocol())
                .host(node.address().host())
                .port(settings.port())
                .addPathSegments("admin/info")
                .addQueryParameter("scopes", "cache")
                .build();
        try (Response response =
                http.newCall(new Request.Builder().url(url).build()).execute()) {
            if (response.code() != 200) {
                throw new IOException(url + " answered " + response.code());
            }
            return Json.read(response.body().byteStream(), "the answer of " + url, CarbonAdmin::readInfo);
        }
    }

    private static CarbonCache readInfo(JsonInput input) throws MalformedMessageException {
        CarbonCache cache = null;
        input.beginObject();
        for (String field = input.nextField(); field != null; field = input.nextField()) {
            if (field.equals("cache")) {
                cache = readCache(input);
            } else {
                input.skip();
            }
        }
        return input.required(cache, "cache");
    }

    private static CarbonCache readCache(JsonInput input) throws MalformedMessageException {
        long size = 0;
        long limit = 0;
        input.beginObject();
        for (String field = input.nextField(); field != null; field = input.nextField()) {
            switch (field) {
                case "size" -> size = input.number(0, Long.MAX_VALUE);
                case "limit" -> limit = input.number(0, Long.MAX_VALUE);
                default -> input.skip();
            }
        }
        return new CarbonCache(size, limit);
    }
}
