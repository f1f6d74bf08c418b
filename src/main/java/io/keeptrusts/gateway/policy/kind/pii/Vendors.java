package io.keeptrusts.gateway.policy.kind.pii;

import static io.keeptrusts.gateway.policy.kind.pii.Context.ASSIGN;

import io.keeptrusts.gateway.policy.match.Rule;
import java.util.List;

/**
 * Keys without a format of their own, told by the name of the service before them: {@code
 * ACME_CLIENT_ID = "..."}.
 */
final class Vendors {
  /** Services whose keys are plain runs of letters and digits; alternatives, in lower case. */
  private static final String NAMES =
      "adafruit|adobe|adyen|airbrake|airtable|alchemy|algolia|alibaba|aliyun|amplitude|anthropic|apify|appsflyer"
          + "|artifactory|asana|atlassian|auth0|aws_|azure|beamer|binance|bintray|bitbucket|bitfinex|bitly|bittrex"
          + "|braintree|branch_io|brevo|browserstack|bugsnag|buildkite|calendly|cashfree|chargebee|circleci|clearbit"
          + "|clickhouse|clickup|cloudflare|cloudinary|codacy|codeclimate|codecov|cohere|co_api_key|coinbase"
          + "|coingecko|confluence|confluent|contentful|coveralls|crowdin|datadog|deepgram|deepl|deepseek"
          + "|digitalocean|discord|discourse|docusign|doppler|droneci|dropbox|duffel|dynatrace|easypost"
          + "|elasticsearch|elevenlabs|etherscan|etsy|eventbrite|facebook|fastly|firebase|finicity|finnhub|flickr"
          + "|flutterwave|foursquare|frame_?io|freshbooks|freshdesk|gemini|ghost_|giphy|gitea|gitlab|gitter|gocardless"
          + "|grafana|harness_|helpscout|heroku|honeycomb|hubspot|huggingface|infura|instagram|intercom|ipinfo|jenkins"
          + "|jfrog|jira|jumpcloud|kaggle|klarna|klaviyo|kraken|kucoin|langfuse|langsmith|launchdarkly|linear"
          + "|linkedin|linked[_-]in|linode|loggly|looker|mailchimp|mailgun|mailjet|mandrill|mapbox|mattermost|maxmind"
          + "|meraki|message[_-]?bird|mistral|mixpanel|monday_|mongodb|mux_|netlify|new[_-]?relic|newscatcher|ngrok"
          + "|notion|nvidia|ny_?times|new[_-]?york[_-]?times,?|okta|onelogin|onesignal|openai|openrouter|openweather"
          + "|opsgenie|optimizely|pagerduty|papertrail|paypal|paystack|percy_|pinecone|pingdom|pinterest|pipedrive"
          + "|plaid|planetscale|plivo|polygon_|postmark|posthog|privateai|private[_-]ai|pubnub|pusher|quicknode"
          + "|rapidapi|razorpay|recaptcha|reddit|replicate|ringcentral|rollbar|rubygems|salesforce|saucelabs|scaleway"
          + "|segment_|sendbird|sendgrid|sendinblue|sentry|shippo|shodan|shopify|shortcut_|slack|snyk|snowflake|sonar"
          + "|sourcegraph|splunk|spotify|squarespace|square_|stability|statuspage|stripe|sumo|supabase|surveymonkey"
          + "|telegr|tencent|together_|todoist|travis|trello|twilio|twitch|twitter|typeform|unsplash|upstash|vercel"
          + "|virustotal|vonage|vultr|wakatime|weaviate|webex|webflow|woocommerce|wordpress|xray|yandex|youtube"
          + "|zapier|zendesk|zoho|zoom_|zulip";

  private static final String NAMED = "(?i)(" + NAMES + ")[ \\tA-Za-z0-9_.-]{0,32}" + ASSIGN;

  private static final String VALUE = "[A-Za-z0-9_=+/.%:|~-]{9,255}[A-Za-z0-9_=+/%~-]";

  static final List<Rule> RULES =
      List.of(
          Rule.of("SERVICE_KEY", VALUE)
              .after(NAMED)
              .before("[^A-Za-z0-9_=+/%~-]|$")
              .cap(300)
              .when(Randomness::keyLike),
          Rule.of("SERVICE_KEY", "[0-9a-fA-F]{40}")
              .after("(?i)(sourcegraph|meraki|sendbird|datadog)[^\\n]*(\\n[^\\n]*)?[^\\w]")
              .before("[^\\w]|$")
              .when(Randomness::issued));

  private Vendors() {}
}
