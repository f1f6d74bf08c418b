package io.keeptrusts.gateway.contract;

import static io.keeptrusts.gateway.contract.Way.Provider.ANTHROPIC;
import static io.keeptrusts.gateway.contract.Way.Provider.AZURE;
import static io.keeptrusts.gateway.contract.Way.Provider.GOOGLE;
import static io.keeptrusts.gateway.contract.Way.Provider.GROQ;
import static io.keeptrusts.gateway.contract.Way.Provider.MISTRAL;
import static io.keeptrusts.gateway.contract.Way.Provider.OLLAMA;
import static io.keeptrusts.gateway.contract.Way.Provider.OPENAI;
import static io.keeptrusts.gateway.contract.Way.Provider.VLLM;

import io.keeptrusts.gateway.contract.Way.Provider;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What providers document and seldom say, written down in their formats. */
final class Odds {
  private Odds() {}

  /**
   * @param events of the stream, with single quotes
   * @param whole the same answer in one piece
   * @param heard text, thought, refusal, calls and end
   */
  record Odd(String name, Provider provider, List<String> events, String whole, String heard) {
    /** The stream as it is on the wire. */
    String body() {
      StringBuilder body = new StringBuilder();
      for (String event : events) {
        int at = event.indexOf('{');
        String json = Json.read(json(event.substring(at))).toString();
        body.append(event, 0, at);
        body.append(provider == OLLAMA ? json + "\n" : "data: " + json + "\n\n");
      }
      boolean chat = provider != ANTHROPIC && provider != GOOGLE && provider != OLLAMA;
      return chat ? body + "data: [DONE]\n\n" : body.toString();
    }

    /** The whole answer as it is on the wire. */
    String answer() {
      return json(whole);
    }

    @Override
    public String toString() {
      return provider.name().toLowerCase(Locale.ROOT) + ": " + name;
    }
  }

  private static Odd odd(
      String name, Provider provider, String heard, String whole, String... events) {
    return new Odd(name, provider, List.of(events), whole, heard);
  }

  private static String anthropic(String content, String stop) {
    return "{'id':'m1','type':'message','role':'assistant','model':'m','content':["
        + content
        + "],"
        + stop
        + ",'usage':{'input_tokens':3,'output_tokens':4}}";
  }

  private static final String A_START =
      "{'type':'message_start','message':" + anthropic("", "'stop_reason':null") + "}";
  private static final String A_STOP = "{'type':'message_stop'}";

  private static String start(int index, String block) {
    return "{'type':'content_block_start','index':" + index + ",'content_block':" + block + "}";
  }

  private static String delta(int index, String delta) {
    return "{'type':'content_block_delta','index':" + index + ",'delta':" + delta + "}";
  }

  private static String end(int index) {
    return "{'type':'content_block_stop','index':" + index + "}";
  }

  private static String ends(String stop) {
    return "{'type':'message_delta','delta':{" + stop + "},'usage':{'output_tokens':4}}";
  }

  static Stream<Odd> anthropic() {
    String search =
        "{'type':'server_tool_use','id':'srv_1','name':'web_search','input':{'query':'tide'}}";
    String found =
        "{'type':'web_search_tool_result','tool_use_id':'srv_1','content':{'type':'web_search_tool_result_error','error_code':'max_uses_exceeded'}}";
    String ran =
        "{'type':'bash_code_execution_tool_result','tool_use_id':'srv_2','content':{'type':'bash_code_execution_result','stdout':'42','stderr':'','return_code':0,'content':[]}}";
    String call =
        "{'type':'tool_use','id':'t_1','name':'mail','input':{'to':'Ann'},'caller':{'type':'code_execution_20250825','tool_id':'srv_2'}}";
    return Stream.of(
        odd(
            "its own tools, paused",
            ANTHROPIC,
            "Let me look.|||[]|STOP",
            anthropic(
                "{'type':'text','text':'Let me look.','citations':null}," + search + "," + found,
                "'stop_reason':'pause_turn','container':{'id':'c_1','expires_at':'2026-01-01T00:00:00Z'}"),
            A_START,
            start(0, "{'type':'text','text':'','citations':[]}"),
            delta(0, "{'type':'text_delta','text':'Let me look.'}"),
            end(0),
            start(1, search.replace("{'query':'tide'}", "{}")),
            delta(1, "{'type':'input_json_delta','partial_json':''}"),
            delta(1, "{'type':'input_json_delta','partial_json':'{\\'query\\':'}"),
            delta(1, "{'type':'input_json_delta','partial_json':' \\'tide\\'}'}"),
            end(1),
            start(2, found),
            end(2),
            ends(
                "'stop_reason':'pause_turn','container':{'id':'c_1','expires_at':'2026-01-01T00:00:00Z'}"),
            A_STOP),
        odd(
            "a call made by code it ran, told with the start",
            ANTHROPIC,
            "|||[Called[id=t_1, name=mail, arguments={\"to\":\"Ann\"}]]|CALLS",
            anthropic(ran + "," + call, "'stop_reason':'tool_use'"),
            A_START.replace("'content':[]", "'content':[" + ran + "," + call + "]"),
            ends("'stop_reason':'tool_use'"),
            A_STOP),
        odd(
            "a refusal without a word",
            ANTHROPIC,
            "I can|||[]|FILTER",
            anthropic(
                "{'type':'text','text':'I can'}", "'stop_reason':'refusal','stop_details':null"),
            A_START,
            start(0, "{'type':'text','text':'I '}"),
            delta(0, "{'type':'text_delta','text':'can'}"),
            end(0),
            ends("'stop_reason':'refusal','stop_sequence':null,'stop_details':null"),
            A_STOP),
        odd(
            "a full window, after thoughts that are not shown",
            ANTHROPIC,
            "So|||[]|LENGTH",
            anthropic(
                "{'type':'thinking','thinking':'','signature':'c2ln'},{'type':'redacted_thinking','data':'cmVk'},{'type':'text','text':'So'}",
                "'stop_reason':'model_context_window_exceeded'"),
            A_START,
            start(0, "{'type':'thinking','thinking':'','signature':''}"),
            delta(0, "{'type':'signature_delta','signature':'c2ln'}"),
            end(0),
            start(1, "{'type':'redacted_thinking','data':'cmVk'}"),
            end(1),
            start(2, "{'type':'text','text':''}"),
            delta(2, "{'type':'text_delta','text':'So'}"),
            end(2),
            "{'type':'message_delta','delta':{},'context_management':{'applied_edits':[]},'usage':{'output_tokens':2,'iterations':[]}}",
            ends("'stop_reason':'model_context_window_exceeded'"),
            A_STOP),
        odd(
            "nothing at all",
            ANTHROPIC,
            "|||[]|STOP",
            anthropic("", "'stop_reason':'end_turn'"),
            A_START,
            ends("'stop_reason':'end_turn'"),
            A_STOP));
  }

  private static String google(String candidate) {
    return "{'candidates':["
        + candidate
        + "],'usageMetadata':{'promptTokenCount':3,'candidatesTokenCount':4,'totalTokenCount':7}}";
  }

  private static String parts(String parts, String more) {
    return google("{'content':{'role':'model','parts':[" + parts + "]},'index':0" + more + "}");
  }

  static Stream<Odd> google() {
    String ran =
        "{'executableCode':{'language':'PYTHON','code':'print(6*7)\\n'}},{'codeExecutionResult':{'outcome':'OUTCOME_OK','output':'42\\n'}}";
    return Stream.of(
        odd(
            "code between texts, two stops",
            GOOGLE,
            "So:\n```python\nprint(6*7)\n```\n```\n42\n```\nIt is 42.|||[]|STOP",
            parts("{'text':'So:'}," + ran + ",{'text':'It is 42.'}", ",'finishReason':'STOP'"),
            parts("{'text':'So:'}", ""),
            parts(ran, ",'finishReason':'STOP'"),
            parts("{'text':'It is 42.'}", ",'finishReason':'STOP'")),
        odd(
            "a signed thought, a part of tomorrow and an empty one",
            GOOGLE,
            "Yes.|Hm.||[]|STOP",
            parts(
                "{'text':'Hm.','thought':true,'thoughtSignature':'c2ln'},{'toolCall':{'toolType':'GOOGLE_SEARCH_WEB','id':'x'}},{},{'text':'Yes.'},{'text':'','thoughtSignature':'c2ln'}",
                ",'finishReason':'STOP','avgLogprobs':-0.1,'urlContextMetadata':{'urlMetadata':[]}"),
            parts("{'text':'Hm.','thought':true,'thoughtSignature':'c2ln'}", ""),
            parts("{'toolCall':{'toolType':'GOOGLE_SEARCH_WEB','id':'x'}},{}", ""),
            google("{'content':{'role':'model'},'index':0}"),
            "{'usageMetadata':{'trafficType':'ON_DEMAND'}}",
            parts("{'text':'Yes.'}", ""),
            parts("{'text':'','thoughtSignature':'c2ln'}", ",'finishReason':'STOP'")),
        odd(
            "a broken call after a text",
            GOOGLE,
            "Well.|||[]|STOP",
            parts(
                "{'text':'Well.'}",
                ",'finishReason':'MALFORMED_FUNCTION_CALL','finishMessage':'Malformed function call: print('"),
            parts("{'text':'Well.'}", ""),
            google(
                "{'finishReason':'MALFORMED_FUNCTION_CALL','finishMessage':'Malformed function call: print(','index':0}")),
        odd(
            "a prompt that is blocked",
            GOOGLE,
            "|||[]|FILTER",
            "{'promptFeedback':{'blockReason':'PROHIBITED_CONTENT'},'usageMetadata':{'promptTokenCount':3,'totalTokenCount':3}}",
            "{'promptFeedback':{'blockReason':'PROHIBITED_CONTENT'},'usageMetadata':{'promptTokenCount':3,'totalTokenCount':3}}"),
        odd(
            "an image between texts",
            GOOGLE,
            "Look: There.|||[]|STOP",
            parts(
                "{'text':'Look: '},{'inlineData':{'mimeType':'image/png','data':'aGk='}},{'text':'There.'}",
                ",'finishReason':'STOP'"),
            parts("{'text':'Look: '}", ""),
            parts("{'inlineData':{'mimeType':'image/png','data':'aGk='}}", ""),
            parts("{'text':'There.'}", ",'finishReason':'STOP'")),
        odd(
            "a call whose arguments come in pieces",
            GOOGLE,
            "|||[Called[id=c1, name=mail, arguments={\"to\":\"Ann\",\"n\":1}]]|CALLS",
            parts(
                "{'functionCall':{'id':'c1','name':'mail','args':{'to':'Ann','n':1}}}",
                ",'finishReason':'STOP'"),
            parts("{'functionCall':{'id':'c1','name':'mail','willContinue':true}}", ""),
            parts(
                "{'functionCall':{'partialArgs':[{'jsonPath':'$.to','stringValue':'An','willContinue':true}],'willContinue':true}}",
                ""),
            parts(
                "{'functionCall':{'partialArgs':[{'jsonPath':'$.to','stringValue':'n'},{'jsonPath':'$.n','numberValue':1}],'willContinue':true}}",
                ""),
            parts("{'functionCall':{}}", ""),
            parts("{'text':''}", ",'finishReason':'STOP'")));
  }

  private static String ollama(String message, String more) {
    return "{'model':'m','remote_model':'m','remote_host':'https://ollama.example','created_at':'2026-01-02T03:04:05.6Z','message':{'role':'assistant',"
        + message
        + "},'done':"
        + more
        + "}";
  }

  static Stream<Odd> ollama() {
    String call = "'tool_calls':[{'function':{'name':'mail','arguments':{'to':'Ann'}},'id':'c1'}]";
    return Stream.of(
        odd(
            "a model that was only loaded",
            OLLAMA,
            "|||[]|STOP",
            ollama("'content':''", "true,'done_reason':'load'"),
            ollama("'content':''", "true,'done_reason':'load'")),
        odd(
            "everything in the last line",
            OLLAMA,
            "Hi|Hm||[Called[id=c1, name=mail, arguments={\"to\":\"Ann\"}]]|CALLS",
            ollama(
                "'content':'Hi','thinking':'Hm'," + call,
                "true,'done_reason':'stop','eval_count':4"),
            ollama(
                "'content':'Hi','thinking':'Hm'," + call,
                "true,'done_reason':'stop','eval_count':4")),
        odd(
            "texts and thoughts side by side, with logprobs",
            OLLAMA,
            "One two|a b||[]|LENGTH",
            ollama("'content':'One two','thinking':'a b'", "true,'done_reason':'length'"),
            ollama("'content':'One','thinking':'a'", "false"),
            ollama(
                "'content':' two','thinking':' b'",
                "false,'logprobs':[{'token':' two','logprob':-0.1,'bytes':[32,116,119,111],'top_logprobs':[]}]"),
            ollama("'content':''", "true,'done_reason':'length'")));
  }

  static String chunk(String delta, String more) {
    return "{'id':'c','object':'chat.completion.chunk','created':1,'model':'m','choices':[{'index':0,'delta':{"
        + delta
        + "}"
        + more
        + "}]}";
  }

  private static String whole(String message, String more) {
    return "{'id':'c','object':'chat.completion','created':1,'model':'m','choices':[{'index':0,'message':{'role':'assistant',"
        + message
        + "}"
        + more
        + "}],'usage':{'prompt_tokens':3,'completion_tokens':4,'total_tokens':7}}";
  }

  static final String STOP = ",'finish_reason':'stop'";

  static Stream<Odd> vendors() {
    String reference = "{'type':'reference','reference_ids':[1,2]}";
    String tool =
        "{'type':'tool_reference','tool':'web_search','title':'jane.d','url':'https://a.example/','description':'x'}";
    String context =
        "'context':{'citations':[{'content':'Be kind.','title':'Rules','url':'https://a.example/','filepath':null,'chunk_id':'0'}],'intent':'[\\'rules\\']'}";
    String verdict =
        "'content_filter_results':{'error':{'code':'content_filter_error','message':'The contents are not filtered'}}";
    return Stream.of(
        odd(
            "thoughts as a text, closed, signed; references of two kinds",
            MISTRAL,
            "It is so.|Hm.||[]|STOP",
            whole(
                "'content':[{'type':'thinking','thinking':[{'type':'text','text':'Hm.'}],'closed':true,'signature':'c2ln'},{'type':'text','text':'It is'},"
                    + reference
                    + ","
                    + tool
                    + ","
                    + tool
                    + ",{'type':'text','text':' so.'}],'tool_calls':null,'prefix':false",
                STOP),
            chunk("'role':'assistant','content':''", ""),
            chunk("'content':[{'type':'thinking','thinking':'H'}]", ""),
            chunk(
                "'content':[{'type':'thinking','thinking':[{'type':'text','text':'m.'}],'closed':true,'signature':'c2ln'}]",
                ""),
            chunk("'content':[{'type':'text','text':'It is'}," + reference + "]", ""),
            chunk("'content':[" + tool + "]", ""),
            chunk("'content':[" + tool + "]", ""),
            chunk("'content':' so.'", STOP)),
        odd(
            "a call whose arguments are an object, without index and type",
            MISTRAL,
            "|||[Called[id=aaaaaaaa1, name=mail, arguments={\"to\":\"Ann\"}]]|CALLS",
            whole(
                "'content':'','tool_calls':[{'id':'aaaaaaaa1','function':{'name':'mail','arguments':{'to':'Ann'}}}]",
                ",'finish_reason':'tool_calls'"),
            chunk(
                "'content':'','tool_calls':[{'id':'aaaaaaaa1','function':{'name':'mail','arguments':{'to':'Ann'}}}]",
                ",'finish_reason':'tool_calls'")),
        odd(
            "tools it ran itself, arguments that are null",
            GROQ,
            "Done.|Hm.||[Called[id=c1, name=now, arguments={}]]|CALLS",
            whole(
                "'content':'Done.','reasoning':'Hm.','executed_tools':[{'index':0,'type':'search','arguments':'{}','output':'x','search_results':{'results':[]}}],'tool_calls':[{'id':'c1','type':'function','function':{'name':'now','arguments':'null'}}]",
                ",'finish_reason':'tool_calls'"),
            chunk("'role':'assistant','content':null", ""),
            chunk("'reasoning':'Hm.','channel':'analysis'", ""),
            chunk(
                "'executed_tools':[{'index':0,'type':'search','arguments':'{}','output':'x','search_results':{'results':[]}}]",
                ""),
            chunk("'content':'Done.'", ""),
            chunk(
                "'tool_calls':[{'id':'c1','type':'function','function':{'name':'now','arguments':'null'},'index':0}]",
                ""),
            chunk("", ",'finish_reason':'tool_calls'")),
        odd(
            "sources of its own data, a filter that failed",
            AZURE,
            "Be kind.|||[]|STOP",
            whole("'content':'Be kind.','end_turn':true," + context, STOP + "," + verdict),
            "{'id':'','object':'','created':0,'model':'','choices':[],'prompt_annotations':[{'prompt_index':0,'content_filter_results':{}}]}",
            chunk("'role':'assistant'," + context, ""),
            chunk("'content':'Be kind.','end_turn':false", "," + verdict),
            chunk("'end_turn':true", STOP)),
        odd(
            "an answer that the filter stopped",
            AZURE,
            "Be k|||[]|FILTER",
            whole(
                "'content':'Be k'",
                ",'finish_reason':'content_filter','content_filter_results':{}"),
            chunk("'role':'assistant','content':''", ""),
            chunk("'content':'Be k'", ""),
            "{'id':'','object':'','created':0,'model':'','choices':[{'index':0,'finish_reason':'content_filter','content_filter_results':{'hate':{'filtered':true,'severity':'high'}},'content_filter_offsets':{'check_offset':0,'start_offset':0,'end_offset':4}}]}"),
        odd(
            "token ids, a stop that is a token, both names of thoughts empty",
            VLLM,
            "Hi you|Hm||[]|STOP",
            whole(
                "'content':'Hi you','reasoning':'Hm','reasoning_content':null,'tool_calls':[]",
                STOP + ",'stop_reason':151643,'token_ids':[1,2,3],'prompt_logprobs':null"),
            "{'id':'c','object':'chat.completion.chunk','created':1,'model':'m','prompt_token_ids':[5,6],'choices':[{'index':0,'delta':{'role':'assistant','content':''},'token_ids':null}]}",
            chunk("'reasoning':'Hm'", ",'token_ids':[1]"),
            chunk(
                "'content':'Hi','reasoning':null,'reasoning_content':null,'tool_calls':[]",
                ",'token_ids':[2]"),
            chunk("'content':' you'", STOP + ",'stop_reason':151643,'token_ids':[3]")),
        odd(
            "details of reasoning, an image, sources at the end, comments",
            OPENAI,
            "Look.|Hm||[]|STOP",
            whole(
                "'content':'Look.','reasoning':'Hm','reasoning_details':[{'type':'reasoning.text','text':'Hm','format':'anthropic-claude-v1','signature':'c2ln','index':0}],'images':[{'type':'image_url','image_url':{'url':'data:image/png;base64,aGk='}}]",
                STOP + ",'native_finish_reason':'end_turn'"),
            ": OPENROUTER PROCESSING\n\n"
                + chunk(
                    "'role':'assistant','content':'','reasoning':'H','reasoning_details':[{'type':'reasoning.text','text':'H','format':'anthropic-claude-v1','index':0}]",
                    ",'finish_reason':null,'native_finish_reason':null"),
            chunk(
                "'content':'','reasoning':'m','reasoning_details':[{'type':'reasoning.text','text':'m','index':0}]",
                ""),
            chunk(
                "'content':'','reasoning':null,'reasoning_details':[{'type':'reasoning.text','signature':'c2ln','index':0}]",
                ""),
            chunk(
                "'content':'Look.','images':[{'type':'image_url','image_url':{'url':'data:image/png;base64,aGk='},'index':0}]",
                ""),
            chunk("'content':''", STOP + ",'native_finish_reason':'end_turn'")
                .replace(
                    "'choices'",
                    "'citations':['https://a.example/'],'provider':'Anthropic','choices'")));
  }

  static String json(String text) {
    return text.replace("\\'", "\\\"").replace("'", "\"");
  }

  static Stream<Odd> all() {
    return Stream.of(anthropic(), google(), ollama(), vendors()).flatMap(odds -> odds);
  }
}
