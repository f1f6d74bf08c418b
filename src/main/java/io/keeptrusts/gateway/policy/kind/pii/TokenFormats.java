package io.keeptrusts.gateway.policy.kind.pii;

import io.keeptrusts.gateway.policy.match.Rule;
import io.keeptrusts.gateway.policy.match.Validator;
import java.util.Arrays;
import java.util.List;

/**
 * Formats that the makers of tokens document: a prefix, an alphabet, a length. The prefix makes
 * them certain wherever they stand; lengths leave room for the variants in use, as a vendor
 * lengthens its tokens more often than it says so.
 */
final class TokenFormats {
  private static final String URL64 = "[a-z0-9_-]";
  private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  /** Letters stand for both cases. */
  private static final String[][] ANY_CASE = {
    // source code and packages
    {"GITHUB_TOKEN", "gh[pousr]_[a-z0-9]{36,200}|github_pat_[a-z0-9_]{22,200}"},
    {
      "GITLAB_TOKEN",
      "gl(pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|oas|soat|ffct|wt)-[a-z0-9_.-]{20,320}|GR1348941"
          + URL64
          + "{20,40}"
          + "|_gitlab_session=[0-9a-z]{32}"
    },
    {"BITBUCKET_TOKEN", "ATBB[a-z0-9]{24,64}=?[0-9a-f]{0,8}"},
    {"NPM_TOKEN", "npm_[a-z0-9]{36}"},
    {"PYPI_TOKEN", "pypi-" + URL64 + "{50,1100}"},
    {"RUBYGEMS_TOKEN", "rubygems_[a-f0-9]{48}"},
    {"CLOJARS_TOKEN", "CLOJARS_[a-z0-9]{60}"},
    {"NUGET_KEY", "oy2[a-z0-9]{43}"},
    {"DOCKER_TOKEN", "dckr_(pat|oat)_" + URL64 + "{20,64}"},
    {"ARTIFACTORY_TOKEN", "AKCp[a-z0-9]{69}|cmVmd[a-z0-9]{59}"},
    {"SOURCEGRAPH_TOKEN", "sg[pd]_((local|[a-f0-9]{16})_)?[a-f0-9]{40}|slk_[a-f0-9]{64}"},
    {"SONAR_TOKEN", "sq[upa]_[a-z0-9=_-]{40}"},
    {"POSTMAN_KEY", "PMAK-[0-9a-f]{24}-[0-9a-f]{34}"},
    {"README_TOKEN", "rdme_[a-z0-9]{70}"},
    {"BUILDKITE_TOKEN", "bkua_[a-f0-9]{40}"},
    {"OCTOPUS_KEY", "API-[A-Z0-9]{26,30}"},
    {"HARNESS_TOKEN", "[ps]at\\." + URL64 + "{22}\\.[a-z0-9]{24}\\.[a-z0-9]{20}"},
    // clouds and infrastructure
    {"ALIBABA_KEY", "LTAI[a-z0-9]{12,24}"},
    {"AWS_BEDROCK_KEY", "ABSK[a-z0-9+/]{100,280}={0,2}|bedrock-api-key-[a-z0-9+/]{16,2000}={0,2}"},
    {"GOOGLE_OAUTH", "GOCSPX-" + URL64 + "{28}|ya29\\." + URL64 + "{20,240}"},
    {"DIGITALOCEAN_TOKEN", "do[opr]_v1_[0-9a-f]{64}"},
    {"HEROKU_KEY", "HRKU-AA" + URL64 + "{58}|HRKU-" + UUID},
    {"SCALINGO_TOKEN", "tk-us-" + URL64 + "{48}"},
    {"FLY_TOKEN", "fo1_[a-z0-9_-]{43}|fm(1[ar]|2)_[a-z0-9+/]{100,900}={0,3}"},
    {"CLOUDFLARE_KEY", "v1\\.0-[a-f0-9]{24}-[a-f0-9]{146}"},
    {"VERCEL_TOKEN", "vc[pikar]_[a-z0-9]{24,80}"},
    {"NETLIFY_TOKEN", "nfp_[a-z0-9]{36}"},
    {"DATABRICKS_TOKEN", "dapi[0-9a-f]{32}(-\\d)?"},
    {"PLANETSCALE_TOKEN", "pscale_(tkn|oauth|pw)_[a-z0-9_=.-]{32,64}"},
    {"SUPABASE_KEY", "sbp_[a-f0-9]{40}|sb_(secret|publishable)_" + URL64 + "{30,50}"},
    {"CLICKHOUSE_KEY", "4b1d[a-z0-9]{38}"},
    {"VAULT_TOKEN", "hv[sbr]\\." + URL64 + "{24,320}"},
    {"TERRAFORM_TOKEN", "[a-z0-9]{14}\\.atlasv1\\.[a-z0-9_=-]{60,70}"},
    {"PULUMI_TOKEN", "pul-[0-9a-f]{40}"},
    {"INFRACOST_KEY", "ico-[a-z0-9]{32}"},
    {"PREFECT_TOKEN", "pn[ub]_[a-z0-9]{36}"},
    {"DOPPLER_TOKEN", "dp\\.(pt|st|ct|sa|scim|audit)\\.[a-z0-9._-]{40,64}"},
    {"OPENSHIFT_TOKEN", "sha256~" + URL64 + "{43}"},
    {"TAILSCALE_KEY", "tskey-[a-z]{3,10}-[a-z0-9]{8,32}-[a-z0-9]{16,48}"},
    {"NGROK_TOKEN", "[0-9][a-z0-9]{26}_[0-9][a-z0-9]{20}"},
    {"AGE_KEY", "AGE-SECRET-KEY-1[0-9A-Z]{58}"},
    {"ONEPASSWORD_KEY", "A3-[A-Z0-9]{6}-([A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(-[A-Z0-9]{5}){3}"},
    {"ONEPASSWORD_TOKEN", "ops_eyJ[a-z0-9+/_-]{100,1400}={0,3}"},
    // observability
    {
      "GRAFANA_TOKEN",
      "glsa_[a-z0-9]{32}_[0-9a-f]{8}|glc_[a-z0-9+/=]{32,420}|eyJrIjoi[a-z0-9]{40,420}={0,3}"
    },
    {"NEW_RELIC_KEY", "NRAK-[A-Z0-9]{27}|NRJS-[0-9a-f]{19}|NRII-[a-z0-9-]{32}|NRAA-[0-9a-f]{27}"},
    {"SENTRY_TOKEN", "sntry[su]_[a-z0-9+/=_]{40,520}"},
    {"DYNATRACE_TOKEN", "dt0[cs]\\d\\d\\.[a-z0-9]{8,24}\\.[a-z0-9]{64}"},
    {"HONEYCOMB_KEY", "hc[abx](ik|lk|mk)_[a-z0-9]{58}"},
    {"DEFINED_TOKEN", "dnkey-[a-z0-9=_-]{26}-[a-z0-9=_-]{52}"},
    // models
    {"OPENAI_KEY", "sk-(proj|svcacct|admin|None)-" + URL64 + "{20,240}|sk-[a-z0-9]{32,64}"},
    {"ANTHROPIC_KEY", "sk-ant-" + URL64 + "{20,200}"},
    {"OPENROUTER_KEY", "sk-or-v1-[0-9a-f]{64}"},
    {"GROQ_KEY", "gsk_[a-z0-9]{40,64}"},
    {"XAI_KEY", "xai-[a-z0-9]{60,100}"},
    {"PERPLEXITY_KEY", "pplx-[a-z0-9]{40,64}"},
    {"REPLICATE_TOKEN", "r8_[a-z0-9]{37}"},
    {"HUGGINGFACE_TOKEN", "hf_[a-z0-9]{30,40}|api_org_[a-z0-9]{34}"},
    {"PINECONE_KEY", "pcsk_[a-z0-9_]{40,80}"},
    {"LANGSMITH_KEY", "lsv2_(pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}"},
    {"NVIDIA_KEY", "nvapi-" + URL64 + "{60,70}"},
    // payments and shops
    {"STRIPE_KEY", "(sk|rk)_(live|test|prod)_[a-z0-9]{10,240}|whsec_[a-z0-9+/=]{24,64}"},
    {"SQUARE_TOKEN", "sq0(atp|csp|idp)-" + URL64 + "{22,60}|EAAA" + URL64 + "{22,64}"},
    {"SHOPIFY_TOKEN", "shp(at|ca|pa|ss)_[0-9a-f]{32}"},
    {"FLUTTERWAVE_KEY", "FLW(SECK|PUBK)(_TEST)?-[a-z0-9]{12,40}(-X)?"},
    {"EASYPOST_KEY", "EZ[AT]K[a-z0-9]{54}"},
    {"SHIPPO_TOKEN", "shippo_(live|test)_[a-f0-9]{40}"},
    {"DUFFEL_TOKEN", "duffel_(live|test)_[a-z0-9_=-]{43}"},
    {"LOB_KEY", "(live|test)_(pub_[a-f0-9]{31}|[a-f0-9]{35})"},
    {"GOCARDLESS_TOKEN", "live_[a-z0-9_=-]{40}"},
    {"PLAID_TOKEN", "access-(sandbox|development|production)-" + UUID},
    {"PAYPAL_TOKEN", "access_token\\$(production|sandbox)\\$[0-9a-z]{16}\\$[0-9a-f]{32}"},
    {"RAZORPAY_KEY", "rzp_(live|test)_[a-z0-9]{14,32}"},
    {"SETTLEMINT_TOKEN", "sm_[aps]at_[a-z0-9]{16}"},
    // messages, social networks, offices
    {
      "SLACK_TOKEN",
      "xox[abeoprs]-[a-z0-9-]{8,240}|xoxe\\.xox[bp]-\\d-[a-z0-9]{100,240}|xapp-\\d-[a-z0-9-]{5,200}"
    },
    {
      "SLACK_WEBHOOK",
      "(https?://)?hooks\\.slack\\.com/(services|workflows|triggers)/[a-z0-9/_+-]{20,150}"
    },
    {"DISCORD_TOKEN", "[MNO][a-z0-9_-]{23,28}\\." + URL64 + "{6}\\." + URL64 + "{27,40}"},
    {
      "DISCORD_WEBHOOK",
      "https://(ptb\\.|canary\\.)?discord(app)?\\.com/api/webhooks/\\d{17,20}/" + URL64 + "{60,80}"
    },
    {
      "TEAMS_WEBHOOK",
      "https://[a-z0-9.-]{1,60}\\.webhook\\.office\\.com/webhookb2/[a-z0-9@/-]{60,240}"
    },
    {"TELEGRAM_TOKEN", "\\d{5,16}:A" + URL64 + "{34}"},
    {"TWILIO_KEY", "SK[0-9a-f]{32}"},
    {"SENDGRID_KEY", "SG\\.[a-z0-9=_.-]{60,72}"},
    {"MAILGUN_KEY", "(pub)?key-[0-9a-f]{32}|[a-h0-9]{32}-[a-h0-9]{8}-[a-h0-9]{8}"},
    {"MAILCHIMP_KEY", "[0-9a-f]{32}-us\\d{1,2}"},
    {"BREVO_KEY", "xkeysib-[a-f0-9]{64}-[a-z0-9]{16}"},
    {"FACEBOOK_TOKEN", "\\d{15,16}(\\||%7C|%)[0-9a-z_-]{27,40}|EAA[A-Z][a-z0-9]{100,400}"},
    {"TWITTER_TOKEN", "A{20,22}[a-z0-9%]{80,110}"},
    {"NOTION_TOKEN", "ntn_[a-z0-9]{43,50}|secret_[a-z0-9]{43}"},
    {"LINEAR_KEY", "lin_(api|oauth)_[a-z0-9]{40,64}"},
    {"ATLASSIAN_TOKEN", "AT[AC]TT3[a-z0-9_=-]{100,260}"},
    {"AIRTABLE_TOKEN", "pat[a-z0-9]{14}\\.[0-9a-f]{64}"},
    {"FIGMA_TOKEN", "fig[dor]_" + URL64 + "{40,64}"},
    {"FRAMEIO_TOKEN", "fio-u-[a-z0-9_=-]{64}"},
    {"TYPEFORM_TOKEN", "tfp_[a-z0-9_.=-]{40,72}"},
    {"DROPBOX_TOKEN", "sl\\.[a-z0-9_=-]{130,1400}"},
    {"CONTENTFUL_TOKEN", "CFPAT-" + URL64 + "{43}"},
    {"HUBSPOT_TOKEN", "pat-(na|eu)\\d-" + UUID},
    {"MAPBOX_TOKEN", "[ps]k\\.[a-z0-9]{40,120}\\.[a-z0-9_-]{22}"},
    {"MAXMIND_KEY", "[a-z0-9]{6}_[a-z0-9]{29}_mmk"},
    {"ADOBE_SECRET", "p8e-[a-z0-9]{32}"},
    {
      "AUTHRESS_KEY",
      "(sc|ext|scauth|authress)_[a-z0-9]{5,30}\\.[a-z0-9]{4,6}\\.acc[_-][a-z0-9-]{10,32}\\.[a-z0-9+/_=-]{30,120}"
    },
    {"INTRA42_SECRET", "s-s4t2(ud|af)-[a-f0-9]{64}"},
    {"YANDEX_KEY", "AQVN[a-z0-9_-]{35,38}|t1\\.[a-z0-9_-]{1,200}={0,2}\\.[a-z0-9_-]{86}={0,2}"},
  };

  /** Upper case letters of the prefix are what makes these rare in other text. */
  private static final String[][] EXACT = {
    {"AWS_ACCESS_KEY", "(AKIA|ASIA|ABIA|ACCA|AROA|AIDA|A3T[A-Z0-9])[A-Z0-9]{16}"},
    {"GOOGLE_API_KEY", "AIza[A-Za-z0-9_-]{35}"},
    {"AZURE_CLIENT_SECRET", "[A-Za-z0-9_~.]{3}\\dQ~[A-Za-z0-9_~.-]{31,34}"},
    {"VAULT_TOKEN", "s\\.[A-Za-z0-9]{24}"},
  };

  static final List<Rule> RULES =
      Arrays.stream(ANY_CASE)
          .map(row -> rule(row[0], "(?i)" + row[1], Randomness::issued))
          .toList();

  static final List<Rule> EXACT_RULES =
      Arrays.stream(EXACT).map(row -> rule(row[0], row[1], Randomness::issued)).toList();

  private TokenFormats() {}

  private static Rule rule(String label, String body, Validator check) {
    return Rule.of(label, body).after("^|[^A-Za-z0-9_]").cap(2100).when(check);
  }
}
